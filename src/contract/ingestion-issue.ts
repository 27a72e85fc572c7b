/** A rejected ingestion item as its workspace may see it: why and where, never what. */
import { z } from 'zod';
import { time, wireId } from './text.ts';

/** One refusal. The hashes are keyed: a customer who has the value can recompute and compare, nobody can go back. */
export const ingestionIssue = z
  .object({
    id: wireId('issue'),
    code: z.string(),
    pointer: z.string().nullable().describe('JSON pointer into the item.'),
    itemType: z.string().nullable(),
    keyId: wireId('key').describe('The key it was sent with.'),
    messageHash: z.string().nullable(),
    identifierHash: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'IngestionIssue' });
export type IngestionIssue = z.output<typeof ingestionIssue>;
