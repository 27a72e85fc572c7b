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
