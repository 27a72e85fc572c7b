/** What an item tells of the machine it came from: browser, operating system, device, place. Nothing when unknown. */
import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Values, Warning } from '../contract/item.ts';
import { readUserAgent, type UserAgent } from '../infra/user-agent.ts';
import { MAX_LENGTH } from '../limits.ts';
import { optionalFields } from '../normalise/field.ts';
import { type Fields, warn } from '../normalise/refusal.ts';
import type { Sender } from './sender.ts';

/** What is known of where an item came from. */
export interface Surroundings {
  readonly bot: boolean;
  /** Registers `browser`, `os`, `device`, `location`, as far as known. Shared between items: never change them. */
  readonly values: Values;
}

/**
 * With a publishable key the request itself is the witness and `context` adds the time zone; with a secret key only
 * `context` counts. What is unusable in `context` is left out with a warning (`context_ignored`): losing an item over
 * its surroundings would help nobody.
 */
export function readSurroundings(fields: Fields, sender: Sender, warnings: Warning[]): Surroundings {
  const context = optionalFields(fields, 'context') ?? NO_CONTEXT;
  const isServer = sender.kind === 'secret';
  const userAgent = isServer ? contextText(context, 'userAgent', warnings) : sender.userAgent;
  const machine = userAgent ? machineOf(readUserAgent(userAgent)) : UNKNOWN;
  const location = isServer ? serverPlace(context, sender, warnings) : requestPlace(context, sender, warnings);
  if (!location) return machine;
  return { bot: machine.bot, values: { ...machine.values, location } };
}

const NO_CONTEXT: Fields = {};
const UNKNOWN: Surroundings = { bot: false, values: {} };

interface Location {
  readonly city?: string | undefined;
  readonly country?: string | undefined;
  readonly timezone?: string | undefined;
}

function requestPlace(context: Fields, sender: Sender, warnings: Warning[]): Location | undefined {
  const found = sender.ip === undefined ? null : sender.geo?.locate(sender.ip);
  const place = found ?? { city: readCity(sender.proxyPlace?.city), country: readCountry(sender.proxyPlace?.country) };
  return location(place, context, warnings);
}

function serverPlace(context: Fields, sender: Sender, warnings: Warning[]): Location | undefined {
  const ip = contextText(context, 'ip', warnings);
  const found = ip !== undefined && isIP(ip) > 0 ? sender.geo?.locate(ip) : null;
  if (found) return location(found, context, warnings);
  const city = contextValue(context, 'city', readCity, warnings);
  return location({ city, country: contextValue(context, 'country', readCountry, warnings) }, context, warnings);
}

/** The browser knows its time zone better than any database of addresses. */
function location(place: Location, context: Fields, warnings: Warning[]): Location | undefined {
  const { city, country } = place;
  const timezone = contextValue(context, 'timezone', readTimezone, warnings) ?? place.timezone;
  if (!city && !country && !timezone) return undefined;
  return { ...(city && { city }), ...(country && { country }), ...(timezone && { timezone }) };
}

function contextText(context: Fields, key: string, warnings: Warning[]): string | undefined {
  return contextValue(context, key, (text) => text, warnings);
}

function contextValue(
  context: Fields,
  key: string,
  read: (text: string) => string | undefined,
  warnings: Warning[],
): string | undefined {
  const value = context[key];
  if (value === undefined || value === null || value === '') return undefined;
  const usable = typeof value === 'string' ? read(value) : undefined;
  if (usable === undefined) warn(warnings, 'context_ignored', `/context/${key}`);
  return usable;
}

function readCity(text: string | undefined): string | undefined {
  const city = text?.trim();
  return city && city.length <= MAX_LENGTH.name ? city : undefined;
}

/** ISO 3166 alpha-2; proxies write XX for "unknown". */
function readCountry(text: string | undefined): string | undefined {
  const country = text?.trim().toUpperCase();
  return country && /^[A-Z]{2}$/.test(country) && country !== 'XX' ? country : undefined;
}

const TIMEZONE = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;
const timezones = new LRUCache<string, boolean>({ max: 1000 });

/** An IANA name this machine knows, as written. */
function readTimezone(text: string): string | undefined {
  if (!TIMEZONE.test(text)) return undefined;
  let known = timezones.get(text);
  if (known === undefined) {
    known = isTimezone(text);
    timezones.set(text, known);
  }
  return known ? text : undefined;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const machines = new WeakMap<UserAgent, Surroundings>();

/** The same object for the same User-Agent, so that an item costs none of its own. */
function machineOf(userAgent: UserAgent): Surroundings {
  const known = machines.get(userAgent);
  if (known) return known;
  const { bot, browser, os, device } = userAgent;
  const values = Object.freeze({ ...(browser && { browser }), ...(os && { os }), ...(device && { device }) });
  const machine = { bot, values };
  machines.set(userAgent, machine);
  return machine;
}
