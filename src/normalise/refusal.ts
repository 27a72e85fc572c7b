/** How one ingestion item is refused or mended: the thrown refusal, its pointer, and the list of warnings. */
import type { Warning } from '../contract/item.ts';
import type { ItemCode, WarningCode } from '../contract/item-code.ts';
import { MAX_ATTRIBUTES } from '../limits.ts';

/** Warnings told per item; a sender with more has seen enough. */
const MAX_WARNINGS = 20;
/** A pointer names at most this much of each key: pointers are stored, and keys are the sender's. */
const MAX_POINTER_KEY = 100;

/** A key that a pointer names as it is. */
const SIMPLE_KEY = /^\w{1,100}$/;

/** An object as JSON brings it. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Why an item is refused. Thrown and caught within normalisation only, so it carries no stack.
 * `detail` is written for the sender and never holds a value of theirs.
 */
export class Refusal {
  constructor(
    readonly code: ItemCode,
    readonly pointer: string,
    readonly detail: string,
    readonly limit?: number,
  ) {}
}

/** Refuses what is longer than it may be. */
export function tooLong(code: ItemCode, pointer: string, limit: number): Refusal {
  return new Refusal(code, pointer, `Longer than the ${limit} characters allowed.`, limit);
}

/** Refuses what is not of the type it has to be, e.g. `wrongType('/name', 'text')`. */
export function wrongType(pointer: string, wanted: string): Refusal {
  return new Refusal('wrong_type', pointer, `This has to be ${wanted}.`);
}

/** Refuses what is missing, e.g. `missingField('/url')`. */
export function missingField(pointer: string): Refusal {
  return new Refusal('missing_field', pointer, 'This field is required and may not be empty.');
}

/** Refuses more attributes than an object may have. */
export function tooManyAttributes(pointer: string): Refusal {
  const detail = `More than the ${MAX_ATTRIBUTES} attributes allowed.`;
  return new Refusal('too_many_attributes', pointer, detail, MAX_ATTRIBUTES);
}

/** An object that is not a list, as `Fields`. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `('/traits', 'a/b')` → `/traits/a~1b` (RFC 6901). Without NUL and lone surrogates: pointers reach the database. */
export function under(pointer: string, key: string | number): string {
  if (typeof key === 'number' || SIMPLE_KEY.test(key)) return `${pointer}/${key}`;
  const shown = key
    .slice(0, MAX_POINTER_KEY)
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
  return `${pointer}/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Adds a warning, up to the number that is told. */
export function warn(warnings: Warning[], code: WarningCode, pointer: string): void {
  if (warnings.length < MAX_WARNINGS) warnings.push({ code, pointer });
}
