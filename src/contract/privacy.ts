/** Deletion and what is left of it: receipts and their chain; legal hold. */
import { z } from 'zod';
import { by } from './merge.ts';
import { booleanParameter, time, wireId } from './text.ts';

/** The kinds of things that are deleted with a person, as counts name them. */
export const ERASED_KINDS = [
  'records',
  'identifiers',
  'sessions',
  'pageViews',
  'events',
  'conversations',
  'messages',
  'tags',
  'notes',
  'edits',
  'merges',
  'suggestions',
  'exports',
] as const;
export type ErasedKind = (typeof ERASED_KINDS)[number];

const count = z.int().min(0);

/** How many of each kind. */
export const erasedCounts = z
  .object(Object.fromEntries(ERASED_KINDS.map((kind) => [kind, count])) as Record<ErasedKind, typeof count>)
  .meta({ id: 'ErasedCounts', description: 'Deleted rows by kind. Merges lose their values and stay as a mark.' });
/** The same as a type: a number of each kind. */
export type ErasedCounts = Readonly<Record<ErasedKind, number>>;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What proves a deletion without telling who it was. */
export const receipt = z
  .object({
    id: wireId('erasure'),
    deletedAt: time.describe('From then on nobody finds the person.'),
    counts: erasedCounts,
    identifierHashes: z.array(z.string()).describe('Keyed hashes of their userIds and anonymousIds, sorted.'),
    previousHash: hash.nullable().describe('`hash` of the receipt before this one; null for the first.'),
    hash: hash.describe('SHA-256 over the canonical JSON of the other members.'),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.output<typeof receipt>;

/** How far a deletion is. */
export const erasureProgress = z
  .object({
    id: wireId('erasure'),
    status: z.enum(['running', 'done']),
    done: count.describe('Rows deleted so far.'),
    total: count.describe('Rows to delete.'),
  })
  .meta({ id: 'ErasureProgress' });
export type ErasureProgress = z.output<typeof erasureProgress>;

/** The answer of GET /erasures/{id}. */
export const erasure = erasureProgress
  .extend({ receipt: receipt.nullable().describe('Null while it runs.') })
  .meta({ id: 'Erasure' });
export type Erasure = z.output<typeof erasure>;

/** The query of DELETE /visitors/{id}. */
export const deleteQuery = z.strictObject({
  dryRun: booleanParameter.optional().describe('`true` answers the counts, and deletes nothing.'),
});
export type DeleteQuery = z.output<typeof deleteQuery>;

/** The answer of DELETE /visitors/{id}: exactly one member. */
export const deleteReply = z.object({
  receipt: receipt.optional().describe('Unless it was a dry run.'),
  counts: erasedCounts.optional().describe('Of a dry run: what would be deleted.'),
});

/** The answer of DELETE /visitors/{id} when it takes longer. */
export const deleteStarted = z.object({ erasure: erasureProgress });

/** What deleting a person came to; exactly one member is there. */
export type DeleteReply =
  | { readonly receipt: Receipt }
  | { readonly erasure: ErasureProgress }
  | { readonly counts: ErasedCounts };

/** The body of POST /erasures/verify. What it holds may have been changed, so any text is taken. */
export const verifyBody = z
  .strictObject({
    receipt: z
      .strictObject({
        id: z.string(),
        deletedAt: z.string(),
        counts: z.record(z.string(), z.unknown()),
        identifierHashes: z.array(z.string()),
        previousHash: z.string().nullable(),
        hash: z.string(),
      })
      .optional()
      .describe('One that you kept: it is looked for in the chain.'),
  })
  .meta({ id: 'VerifyBody' });
export type VerifyBody = z.output<typeof verifyBody>;

/** The answer of POST /erasures/verify. */
export const verification = z
  .object({
    valid: z.boolean(),
    length: count.describe('Receipts in the chain.'),
    brokenAt: z.string().optional().describe('Id of the first receipt that is not what it was, or is not there.'),
  })
  .meta({ id: 'ChainVerification' });
export type ChainVerification = z.output<typeof verification>;

/** The body of PUT /visitors/{id}/hold. */
export const holdBody = z.strictObject({ hold: z.boolean() }).meta({ id: 'HoldBody' });
export type HoldBody = z.output<typeof holdBody>;

/** The answer of GET and PUT /visitors/{id}/hold. */
export const legalHold = z
  .object({
    visitorId: wireId('visitor'),
    hold: z.boolean().describe('While it is true nothing of the visitor may be deleted or anonymized.'),
    placedAt: time.nullable().describe('The earliest, when several of their records are held.'),
    by: by.nullable(),
  })
  .meta({ id: 'LegalHold' });
export type LegalHold = z.output<typeof legalHold>;
