/** A company as traits or `group` name it: its external id, and registers of its own. */
import { MAX_ATTRIBUTES, MAX_LENGTH } from '../limits.ts';
import { optionalText, readId } from './field.ts';
import type { CompanyMention, RegisterKey, Warning } from './item.ts';
import { type Fields, isFields, missingField, tooManyAttributes, under, wrongType } from './refusal.ts';

/** Fields of a company that are not its attributes. */
export const KNOWN_COMPANY_TRAITS: ReadonlySet<string> = new Set(['id', 'name']);

/**
 * What `company` says in traits or in an edit: `"Acme Inc"` is id and name at once, an object has `id`, `name` (either
 * will do) and attributes, null and empty text are nobody's company.
 */
export function readCompany(value: unknown, pointer: string, warnings: Warning[]): CompanyMention | null {
  const given = typeof value === 'string' ? value.trim() : value;
  if (given === null || given === '') return null;
  if (typeof given === 'string') {
    const name = readId(given, pointer, warnings);
    return { externalId: name, values: { name } };
  }
  if (!isFields(given)) throw wrongType(pointer, 'text or an object');
  const id = given.id ?? optionalText(given, 'name', { max: MAX_LENGTH.name, code: 'name_too_long' }, pointer);
  if (id === undefined) throw missingField(under(pointer, 'id'));
  const externalId = readId(id, under(pointer, given.id == null ? 'name' : 'id'), warnings);
  return { externalId, values: companyValues(given, pointer) };
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

/** The visitor's own register for it: which company, and what it was called then. */
export function companyRegister(company: CompanyMention): { readonly id: string; readonly name: unknown } {
  return { id: company.externalId, name: company.values.name ?? company.externalId };
}
