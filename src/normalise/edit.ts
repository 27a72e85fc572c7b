/** An edit of a profile (PUT /visitors/{id}) as registers, by the rules of traits. */
import type { Warning } from '../contract/item.ts';
import type { Fault } from '../errors.ts';
import { cleanCopy } from './clean.ts';
import { companyRegister, readCompany } from './company-mention.ts';
import { optionalFields } from './field.ts';
import { inspect } from './inspect.ts';
import { type Fields, isFields, Refusal, under, wrongType } from './refusal.ts';
import { readAttributes, readContact, type Traits } from './traits.ts';

/** What an edit sets, and what was mended in it. */
export interface NormalisedEdit extends Traits {
  readonly warnings: readonly Warning[];
}

/** Why an edit is refused, as a whole. */
export interface RefusedEdit {
  readonly code: string;
  readonly limit?: number | undefined;
  readonly faults: readonly Fault[];
}

const EDITABLE: ReadonlySet<string> = new Set(['name', 'email', 'phone', 'avatarUrl', 'attributes', 'company']);
const ATTRIBUTES = { key: 'attributes', known: new Set(['company', 'createdAt']) } as const;

/**
 * `{name?, email?, phone?, avatarUrl?, attributes?, company?}`, per key, null removes. `attributes.company` and
 * `attributes.createdAt` are the registers the traits of those names are; a `company` beside them wins.
 *
 * @param body anything JSON can hold; never throws.
 */
export function normaliseEdit(body: unknown, now: Date): NormalisedEdit | RefusedEdit {
  try {
    return read(body, now.getTime());
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const { code, limit, pointer, detail } = thrown;
    return { code, limit, faults: [{ pointer, detail }] };
  }
}

function read(body: unknown, now: number): NormalisedEdit {
  if (!isFields(body)) throw wrongType('', 'an object');
  const { dirty } = inspect(body, ATTRIBUTES);
  const warnings: Warning[] = [];
  const fields = dirty ? (cleanCopy(body, '', warnings) as Fields) : body;
  const unknown = Object.keys(fields).find((key) => !EDITABLE.has(key));
  if (unknown !== undefined) throw notEditable(unknown);
  const contact = readContact(fields, '');
  const attributes = readAttributes(optionalFields(fields, 'attributes') ?? {}, '/attributes', { warnings, now });
  if (fields.company === undefined) {
    return { ...attributes, values: { ...contact, ...attributes.values }, warnings };
  }
  const company = readCompany(fields.company, '/company');
  const values = { ...contact, ...attributes.values, company: company && companyRegister(company) };
  return company ? { values, company, warnings } : { values, warnings };
}

function notEditable(key: string): Refusal {
  return new Refusal('unknown_field', under('', key), `An edit may hold ${[...EDITABLE].join(', ')} and nothing else.`);
}
