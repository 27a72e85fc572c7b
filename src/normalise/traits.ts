/** Traits of a person as registers: known fields checked one by one, everything else an attribute. */
import { isoTime } from '../clock.ts';
import type { CompanyMention, RegisterKey, Values, Warning } from '../contract/item.ts';
import { MAX_LENGTH } from '../limits.ts';
import { companyRegister, readCompany } from './company-mention.ts';
import { badTimestamp, parseTime, TIME_FORMAT, unixTime } from './item-time.ts';
import { isWebUrl } from './page-url.ts';
import { type Fields, Refusal, tooLong, under, warn, wrongType } from './refusal.ts';

/** What traits (or an edit) set. `values` has `company` too: the visitor's side of the mention. */
export interface Traits {
  readonly values: Values;
  readonly company?: CompanyMention | undefined;
}

/** What is needed to read traits besides themselves. */
export interface Reading {
  readonly warnings: Warning[];
  /** Our clock, in milliseconds since 1970. */
  readonly now: number;
}

/** Traits that are not counted as attributes. */
export const KNOWN_TRAITS: ReadonlySet<string> = new Set([
  'name',
  'email',
  'phone',
  'avatarUrl',
  'avatar',
  'createdAt',
  'company',
]);

/**
 * `{name, email, phone, avatarUrl | avatar, createdAt, company, …attributes}`. null removes; so does empty text for the
 * four contact fields, which forms send for "nothing". A first and last name without a name make one.
 *
 * @throws {Refusal} wrong_type, value_too_long, name_too_long, bad_url, bad_timestamp, illegal_id
 */
export function readTraits(traits: Fields, pointer: string, reading: Reading): Traits {
  const attributes: Record<string, unknown> = {};
  for (const key of Object.keys(traits)) if (!CONTACT_TRAITS.has(key)) attributes[key] = traits[key];
  const contact = readContact(traits, pointer);
  const read = readAttributes(attributes, pointer, reading);
  const name = 'name' in contact ? undefined : joinedName(traits);
  return {
    values: { ...contact, ...(name !== undefined && { name }), ...read.values },
    ...(read.company && { company: read.company }),
  };
}

/** `name`, `email`, `phone`, `avatarUrl` as far as present, trimmed; null removes. `avatar` is the other spelling. */
export function readContact(fields: Fields, pointer: string): Values {
  const values: Record<RegisterKey, unknown> = {};
  for (const [key, rule] of CONTACT_RULES) {
    const value = readContactField(fields[key], under(pointer, key), rule);
    if (value !== undefined && values[rule.register] === undefined) values[rule.register] = value;
  }
  return values;
}

/** Attributes as registers. `createdAt` has to be a date or a Unix time, `company` is a company wherever it stands. */
export function readAttributes(attributes: Fields, pointer: string, { warnings, now }: Reading): Traits {
  const values: Record<RegisterKey, unknown> = {};
  let company: CompanyMention | null | undefined;
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value === undefined) continue;
    if (key === '') warn(warnings, 'key_dropped', under(pointer, key));
    else if (key === 'company') company = readCompany(value, under(pointer, key));
    else if (key === 'createdAt') values['attributes.createdAt'] = readDate(value, under(pointer, key), now);
    else values[`attributes.${key}`] = value;
  }
  if (company === undefined) return { values };
  if (company === null) return { values: { ...values, company: null } };
  return { values: { ...values, company: companyRegister(company) }, company };
}

interface ContactRule {
  readonly register: 'name' | 'email' | 'phone' | 'avatarUrl';
  readonly max: number;
  readonly code?: 'name_too_long';
}

const AVATAR: ContactRule = { register: 'avatarUrl', max: MAX_LENGTH.url };

/** In order of precedence where two keys mean one register. */
const CONTACT_RULES: readonly (readonly [string, ContactRule])[] = [
  ['name', { register: 'name', max: MAX_LENGTH.name, code: 'name_too_long' }],
  ['email', { register: 'email', max: MAX_LENGTH.email }],
  ['phone', { register: 'phone', max: MAX_LENGTH.phone }],
  ['avatarUrl', AVATAR],
  ['avatar', AVATAR],
];

const CONTACT_TRAITS: ReadonlySet<string> = new Set(CONTACT_RULES.map(([key]) => key));

function readContactField(value: unknown, pointer: string, rule: ContactRule): string | null | undefined {
  if (value === undefined || value === null) return value;
  // Phone numbers are sent as numbers often enough, and mean the same.
  const given = rule.register === 'phone' && typeof value === 'number' ? String(value) : value;
  if (typeof given !== 'string') throw wrongType(pointer, 'text or null');
  const text = given.trim();
  if (text.length > rule.max) throw tooLong(rule.code ?? 'value_too_long', pointer, rule.max);
  if (text === '') return null;
  if (rule.register === 'avatarUrl' && !isWebUrl(text)) {
    throw new Refusal('bad_url', pointer, 'This has to be an http or https URL.');
  }
  return text;
}

function joinedName({ firstName, lastName }: Fields): string | undefined {
  if (typeof firstName !== 'string' || typeof lastName !== 'string') return undefined;
  const name = `${firstName.trim()} ${lastName.trim()}`.trim();
  return name === '' || name.length > MAX_LENGTH.name ? undefined : name;
}

function readDate(value: unknown, pointer: string, now: number): string | null {
  if (value === null) return null;
  if (typeof value === 'number') return isoTime(unixTime(value, pointer, now));
  const time = typeof value === 'string' ? parseTime(value.trim()) : null;
  if (time === null) throw badTimestamp(pointer, TIME_FORMAT);
  return isoTime(time);
}
