/** What registers say about a person: from winning registers to the fields of a profile. Knows no database. */
import { foldText, foldWords, sortKey } from './fold.ts';
import { ATTRIBUTE, type Register, type Registers } from './register.ts';

/** Fields an agent may edit; planHash and ETag are made over them. Attributes are edited one by one. */
const EDITABLE_FIELDS = ['name', 'email', 'phone', 'avatarUrl', 'company'] as const;

/** The company a person was last said to belong to: the value of the register `company`. */
export interface CompanyRef {
  /** The customer's own id for it. */
  readonly id: string;
}

/** The values of one person, resolved. Missing scalars are null. */
export interface Resolved {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly avatarUrl: string | null;
  readonly company: CompanyRef | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly browser: unknown;
  readonly os: unknown;
  readonly device: unknown;
  readonly location: unknown;
  /** The last word on the userId, and all that is told of them, came from a server or with a proof. */
  readonly verified: boolean;
}

/** True when a hand, not only a sender, may change this key. */
export function isEditable(key: string): boolean {
  return key.startsWith(ATTRIBUTE) || (EDITABLE_FIELDS as readonly string[]).includes(key);
}

/** A register's value, null when removed or never set. */
export function currentValue(register: Register | undefined): unknown {
  return register?.v ?? null;
}

/** Winning registers → values. Attributes come sorted by key. */
export function resolve(registers: Registers): Resolved {
  const attributes: Record<string, unknown> = {};
  for (const key of Object.keys(registers).sort()) {
    if (!key.startsWith(ATTRIBUTE)) continue;
    const value = currentValue(registers[key]);
    if (value !== null) attributes[key.slice(ATTRIBUTE.length)] = value;
  }
  return {
    name: currentValue(registers.name) as string | null,
    email: currentValue(registers.email) as string | null,
    phone: currentValue(registers.phone) as string | null,
    avatarUrl: currentValue(registers.avatarUrl) as string | null,
    company: currentValue(registers.company) as CompanyRef | null,
    attributes,
    browser: currentValue(registers.browser),
    os: currentValue(registers.os),
    device: currentValue(registers.device),
    location: currentValue(registers.location),
    verified: isVerified(registers),
  };
}

/**
 * The last word on the userId was proven, and so is everything told of them: whoever reads "verified" takes it for the
 * address beside it, too, and an old message may set what nobody has set yet.
 */
function isVerified(registers: Registers): boolean {
  if (currentValue(registers.verified) !== true) return false;
  return !Object.keys(registers).some((key) => isEditable(key) && registers[key]?.u);
}

/** The columns of a profile row that follow from its registers. `companies`: external id → row id. */
export function profileColumns(registers: Registers, companies: ReadonlyMap<string, string>) {
  const resolved = resolve(registers);
  const nameFolded = resolved.name === null ? null : foldText(resolved.name);
  const emailFolded = resolved.email === null ? null : foldText(resolved.email);
  return {
    name: resolved.name,
    email: resolved.email,
    phone: resolved.phone,
    avatar_url: resolved.avatarUrl,
    attributes: resolved.attributes,
    company_id: resolved.company ? (companies.get(resolved.company.id) ?? null) : null,
    browser: resolved.browser,
    os: resolved.os,
    device: resolved.device,
    location: resolved.location,
    verified: resolved.verified,
    registers,
    known: resolved.name !== null || resolved.email !== null,
    name_folded: nameFolded,
    email_folded: emailFolded,
    name_sort: sortKey(nameFolded),
    email_sort: sortKey(emailFolded),
    search_words: foldWords(resolved.name, resolved.email),
  };
}
