/** Merging two visitors, what became of it, and taking it back. */
import { z } from 'zod';
import { MAX_LENGTH } from '../limits.ts';
import { text, time, wireId } from './text.ts';
import { visitor, visitorEdit } from './visitor.ts';

/** Longest `user:<userId>` or `anon:<anonymousId>`. */
const MAX_REFERENCE = MAX_LENGTH.id + 'user:'.length;

/** A visitor as a body names it. */
export const visitorReference = text(MAX_REFERENCE).describe('`vis_…`, `user:<userId>` or `anon:<anonymousId>`.');

/** The key that did something, as it is recorded beside it. */
export const by = z.object({ keyId: wireId('key'), name: z.string() }).meta({ id: 'By' });

/** The body of POST /visitors/merge. */
export const mergeBody = z
  .strictObject({
    sourceVisitorId: visitorReference,
    targetVisitorId: visitorReference,
    dryRun: z.boolean().optional().describe('Answers what would happen, and changes nothing.'),
    planHash: text(MAX_LENGTH.id).optional().describe('Of a dry run: refused when the people changed since.'),
    overrides: visitorEdit.optional().describe("Values to end up with instead of the target's."),
    allowIdentified: z.boolean().optional().describe('Merge although both have a userId.'),
  })
  .meta({ id: 'MergeBody' });
export type MergeBody = z.output<typeof mergeBody>;

/** A field both had, and which value the merge chose. */
export const mergeChoice = z
  .object({ field: z.string(), source: z.unknown(), target: z.unknown(), chosen: z.unknown() })
  .meta({ id: 'MergeChoice' });
export type MergeChoice = z.output<typeof mergeChoice>;

/** A merge, in force or undone. */
export const merge = z
  .object({
    id: wireId('merge').nullable().describe('Null for a dry run.'),
    kind: z.enum(['identify', 'alias', 'manual']),
    sourceVisitorId: wireId('visitor'),
    targetVisitorId: wireId('visitor'),
    planHash: z.string().nullable(),
    createdAt: time.nullable().describe('Null for a dry run.'),
    by,
    undoneAt: time.nullable(),
    undoneBy: by.nullable(),
    conflicts: z.array(mergeChoice).optional().describe('Fields both had; only beside a new merge or a dry run.'),
  })
  .meta({ id: 'Merge' });
export type Merge = z.output<typeof merge>;

/** The answer of POST /visitors/merge. */
export const mergeReply = z.object({ merge, visitor });
export type MergeReply = z.output<typeof mergeReply>;

/** An edit made since the merge, and the visitor it stays with. */
export const undoConflict = z
  .object({
    field: z.string(),
    value: z.unknown(),
    editedAt: time,
    by: by.nullable(),
    visitorId: wireId('visitor'),
  })
  .meta({ id: 'UndoConflict' });
export type UndoConflict = z.output<typeof undoConflict>;

/** The answer of POST /visitors/merges/{id}/undo. */
export const undoReply = z.object({ merge, conflicts: z.array(undoConflict) });
export type UndoReply = z.output<typeof undoReply>;
