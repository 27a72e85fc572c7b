/** A company as traits or `group` name it: its external id, and registers of its own. */
import type { CompanyMention, RegisterKey } from '../contract/item.ts';
import { MAX_ATTRIBUTES, MAX_LENGTH } from '../limits.ts';
import { optionalKey, optionalText } from './field.ts';
import { type Fields, isFields, missingField, tooLong, tooManyAttributes, under, wrongType } from './refusal.ts';

/** Fields of a company that are not its attributes. */
export const KNOWN_COMPANY_TRAITS: ReadonlySet<string> = new Set(['id', 'name']);

/**
 * What `company` says in traits or in an edit: `"Acme Inc"` is id and name at once, an object has `id`, `name` (either
 * will do) and attributes, null and empty text are nobody's company.
 */
export function readCompany(value: unknown, pointer: string): CompanyMention | null {
  const given = typeof value === 'string' ? value.trim() : value;
  if (given === null || given === '') return null;
  if (typeof given === 'string') {
    if (given.length > MAX_LENGTH.id) throw tooLong('id_too_long', pointer, MAX_LENGTH.id);
    return { externalId: given, values: { name: given } };
  }
  if (!isFields(given)) throw wrongType(pointer, 'text or an object');
  const values = companyValues(given, pointer);
  const externalId = optionalKey(given, 'id', pointer) ?? values.name;
  if (typeof externalId !== 'string' || externalId.trim() === '') throw missingField(under(pointer, 'id'));
  return { externalId, values };
}

/** Registers of a company: `name` (null removes), and `attributes.<key>` for everything but its id. */
export function companyValues(fields: Fields, pointer: string): CompanyMention['values'] {
  const values: Record<RegisterKey, unknown> = {};
  let attributes = 0;
  for (const key of Object.keys(fields)) {
    if (KNOWN_COMPANY_TRAITS.has(key) || fields[key] === undefined || key === '') continue;
    values[`attributes.${key}`] = fields[key];
    attributes++;
  }
  if (attributes > MAX_ATTRIBUTES) throw tooManyAttributes(pointer);
  if (fields.name !== undefined) {
    values.name = optionalText(fields, 'name', { max: MAX_LENGTH.name, code: 'name_too_long' }, pointer) ?? null;
  }
  return values;
}

/** The visitor's own register for it: which company. What it is called is the company's own, and may change there. */
export function companyRegister({ externalId }: CompanyMention): { readonly id: string } {
  return { id: externalId };
}
