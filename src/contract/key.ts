/** Keys as they are made, listed and rotated. The key's own text appears once, in the answer that made it. */
import { z } from 'zod';
import { SCOPES } from '../context.ts';
import { DEFAULT_KEY_OVERLAP_SECONDS, MAX_KEY_ORIGINS, MAX_KEY_OVERLAP_SECONDS, MAX_LENGTH } from '../limits.ts';
import { by } from './merge.ts';
import { text, time, wireId } from './text.ts';

/** What a key may do. */
export const scope = z.enum(SCOPES).meta({ id: 'Scope' });

/** A web origin as browsers send it: scheme, host, port unless it is the usual one. */
export const origin = z
  .string()
  .max(MAX_LENGTH.url)
  .refine((value) => URL.canParse(value) && new URL(value).origin === value && value !== 'null', {
    message: 'an origin such as https://www.example.com, without a path',
  });

/** A key without its text. */
export const key = z
  .object({
    id: wireId('key'),
    kind: z.enum(['publishable', 'secret']),
    name: z.string(),
    hint: z.string().describe('The last four characters.'),
    scopes: z.array(scope).describe('Empty for a publishable key.'),
    origins: z.array(z.string()).describe('Where a publishable key may be used; empty = anywhere.'),
    createdAt: time,
    createdBy: by.nullable().describe('Null when made on the command line.'),
    lastUsedAt: time.nullable().describe('To the minute.'),
    expiresAt: time.nullable().describe('Refused afterwards: the end of a rotation.'),
    revokedAt: time.nullable(),
  })
  .meta({ id: 'Key' });
export type Key = z.output<typeof key>;

/** A key just made: the only time its text is shown. */
export const newKey = key
  .extend({
    key: z.string().nullable().describe('Shown once: null when an answer is repeated for its Idempotency-Key.'),
  })
  .meta({ id: 'NewKey' });
export type NewKey = z.output<typeof newKey> & { readonly key: string };

/** The body of POST /keys. */
export const keyBody = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('publishable'),
      name: text(MAX_LENGTH.name),
      origins: z.array(origin).max(MAX_KEY_ORIGINS).default([]),
    }),
    z.strictObject({ kind: z.literal('secret'), name: text(MAX_LENGTH.name), scopes: z.array(scope).min(1) }),
  ])
  .meta({ id: 'KeyBody' });
export type KeyBody = z.output<typeof keyBody>;

/** Seconds for which what is replaced goes on beside what replaces it. */
export const overlapSeconds = z.int().min(0).max(MAX_KEY_OVERLAP_SECONDS).default(DEFAULT_KEY_OVERLAP_SECONDS);

/** The body of POST /keys/{id}/rotate. */
export const rotateBody = z
  .strictObject({ overlapSeconds: overlapSeconds.describe('How long the old key still works.') })
  .meta({ id: 'RotateBody' });
export type RotateBody = z.output<typeof rotateBody>;
