/** The scalars every shape is made of: ids, times, bounded text, and the ways a query string writes numbers and truth. */
import { z } from 'zod';
import { ID_PREFIX, type IdKind, type WireId } from '../ids.ts';

/**
 * A wire id of one kind. It is a plain string at run time; only the type knows its kind, which is why the one cast
 * is here.
 */
export function wireId<Kind extends IdKind>(kind: Kind): z.ZodType<WireId<Kind>, string> {
  const prefix = ID_PREFIX[kind];
  const schema = z.string().regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
  return schema as unknown as z.ZodType<WireId<Kind>, string>;
}

/** RFC 3339, UTC, milliseconds, `Z`. */
export const time = z.iso.datetime({ precision: 3 });

/** A whole number written in a query string. */
export function numberParameter(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** `true` or `false` written in a query string. */
export const booleanParameter = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' });

/** Text of 1 to `max` characters. */
export function text(max: number) {
  return z.string().min(1).max(max);
}
