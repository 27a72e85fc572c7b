/** Where an address is, from a database file on this machine. Asks no other machine and keeps no address. */
import { readFile } from 'node:fs/promises';
import { Reader, type Response } from 'mmdb-lib';

/** Where an address is, as far as a database on this machine knows. */
export interface GeoLookup {
  /** @param ip IPv4 or IPv6. @returns null when nothing is known; never throws, never asks another machine. */
  locate(ip: string): Place | null;
}

/** `country` is ISO 3166 alpha-2, `timezone` an IANA name. */
export interface Place {
  readonly city?: string | undefined;
  readonly country?: string | undefined;
  readonly timezone?: string | undefined;
}

/** What the common files say of an address: nested as MaxMind writes it, or flat as the free files do. */
interface GeoRecord {
  readonly city?: string | { readonly names?: { readonly en?: string } };
  readonly country?: { readonly iso_code?: string };
  readonly country_code?: string;
  readonly location?: { readonly time_zone?: string };
  readonly timezone?: string;
}

/** Reads a MaxMind-format file (`.mmdb`) into memory. @throws when it is missing or is not one. */
export async function openGeo(file: string): Promise<GeoLookup> {
  const reader = new Reader<GeoRecord & Response>(await readFile(file));
  return {
    locate(ip) {
      const record = find(reader, ip);
      return record && toPlace(record);
    },
  };
}

/** An address that is none, or of a kind the file does not hold, is one nothing is known of. */
function find(reader: Reader<GeoRecord & Response>, ip: string): GeoRecord | null {
  try {
    return reader.get(ip);
  } catch {
    return null;
  }
}

function toPlace({ city, country, country_code, location, timezone }: GeoRecord): Place {
  return {
    city: typeof city === 'string' ? city : city?.names?.en,
    country: country?.iso_code ?? country_code,
    timezone: location?.time_zone ?? timezone,
  };
}
