/** Reads single fields of a cleaned item: text of limited length, objects, ids. Each refuses by pointer. */
import type { Warning } from '../contract/item.ts';
import { MAX_LENGTH } from '../limits.ts';
import { isIllegalId } from './illegal-id.ts';
import { type Fields, isFields, missingField, Refusal, tooLong, under, warn, wrongType } from './refusal.ts';

/** What a text may be: its longest length, and the code when it is longer. */
export interface TextRule {
  readonly max: number;
  readonly code?: 'value_too_long' | 'name_too_long';
}

/** Optional text; absent, null and empty are all undefined. */
export function optionalText(fields: Fields, key: string, rule: TextRule, parent = ''): string | undefined {
  const value = fields[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw wrongType(under(parent, key), 'text');
  if (value.length > rule.max) throw tooLong(rule.code ?? 'value_too_long', under(parent, key), rule.max);
  return value;
}

/** Text that has to be there and not empty. */
export function requiredText(fields: Fields, key: string, rule: TextRule): string {
  const text = optionalText(fields, key, rule);
  if (text === undefined || text.trim() === '') throw missingField(under('', key));
  return text;
}

/** An optional object; absent and null are undefined. */
export function optionalFields(fields: Fields, key: string): Fields | undefined {
  const value = fields[key];
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) throw wrongType(under('', key), 'an object');
  return value;
}

/** An optional id of a person: absent and null are undefined, every other placeholder is refused. */
export function optionalId(fields: Fields, key: string, warnings: Warning[]): string | undefined {
  const value = fields[key];
  return value === undefined || value === null ? undefined : readId(value, under('', key), warnings);
}

/** An id that has to be there; null is a placeholder here. */
export function requiredId(fields: Fields, key: string, warnings: Warning[]): string {
  const pointer = under('', key);
  if (fields[key] === undefined) throw missingField(pointer);
  return readId(fields[key], pointer, warnings);
}

/**
 * An id as the sender made it, unchanged. A whole number becomes its digits (`id_coerced`), as several clients send
 * database keys that way; beyond the exactly representable numbers two people could become one, so those are refused.
 *
 * @throws {Refusal} illegal_id, id_too_long
 */
export function readId(value: unknown, pointer: string, warnings: Warning[]): string {
  const id = idText(value);
  if (id === undefined || isIllegalId(id)) {
    throw new Refusal('illegal_id', pointer, 'This is a placeholder, not the id of anybody.');
  }
  if (id.length > MAX_LENGTH.id) throw tooLong('id_too_long', pointer, MAX_LENGTH.id);
  if (typeof value === 'number') warn(warnings, 'id_coerced', pointer);
  return id;
}

/**
 * The id of a session, message or company, where placeholders harm nobody (a company may well be called "None"):
 * absent, null and empty are undefined.
 */
export function optionalKey(fields: Fields, key: string, parent = ''): string | undefined {
  const value = fields[key];
  if (value === undefined || value === null) return undefined;
  const id = idText(value);
  if (id === undefined) throw wrongType(under(parent, key), 'text');
  if (id.length > MAX_LENGTH.id) throw tooLong('id_too_long', under(parent, key), MAX_LENGTH.id);
  return id.trim() === '' ? undefined : id;
}

function idText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}
