/** Deletes what a workspace no longer keeps, chunk by chunk: each commits for itself, so a run may end anywhere. */
import type { RetentionCounts } from '../contract/retention.ts';
import type { Uuid } from '../ids.ts';
import { RETENTION_CHUNK_RECORDS } from '../limits.ts';
import { type Chunk, deleteChunk, type Older } from './retention-chunk.ts';
import { HISTORY_KINDS } from './retention-kinds.ts';
import { keptSince, readRetention } from './retention-rule.ts';
import { findUnseen } from './retention-unseen.ts';
import type { WorkSource } from './work.ts';

/** Deletes one visitor for good. @returns whether they were there, and free of holds. */
export type EraseUnseen = (workspaceId: Uuid, survivor: Uuid, unseenSince: string) => Promise<boolean>;

/** What a run needs besides the database. */
export interface RetentionRun {
  readonly workspaceId: Uuid;
  /** Ends the run behind the chunk it is at. */
  readonly signal: AbortSignal;
  /** Waits so many milliseconds: after each chunk as long as it took, so that writers have half of the time at least. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
  /** Absent: visitors stay. */
  readonly erase?: EraseUnseen | undefined;
}

/** Sorts before every id. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Deletes everything of the workspace that is too old at the beginning of the run. @returns rows deleted, by kind. */
export async function enforceRetention(source: WorkSource, run: RetentionRun): Promise<RetentionCounts> {
  const { workspaceId } = run;
  const now = source.clock.now().getTime();
  const rule = await readRetention(source.db, workspaceId);
  const counts = { events: 0, pageViews: 0, sessions: 0, conversations: 0, visitors: 0 };
  if (rule.visitors !== null) counts.visitors = await eraseAll(source, run, iso(keptSince(rule.visitors, now)));
  for (const kind of HISTORY_KINDS) {
    const days = rule[kind];
    if (days === null) continue;
    counts[kind] = await deleteAll(source, run, { workspaceId, kind, before: iso(keptSince(days, now)) });
  }
  return counts;
}

async function deleteAll(source: WorkSource, { signal, pause }: RetentionRun, older: Older): Promise<number> {
  let total = 0;
  let after: Uuid | null = NOBODY;
  while (after !== null && !signal.aborted) {
    const began = source.clock.now().getTime();
    const { deleted, next }: Chunk = await deleteChunk(source, older, after);
    total += deleted;
    if (next !== null) await pause?.(source.clock.now().getTime() - began);
    after = next;
  }
  return total;
}

async function eraseAll(
  source: WorkSource,
  { workspaceId, signal, erase }: RetentionRun,
  before: string,
): Promise<number> {
  let total = 0;
  if (!erase) return total;
  for (let after: Uuid | undefined = NOBODY; after !== undefined; ) {
    const found: Uuid[] = await findUnseen(source.db, { workspaceId, before, after, limit: RETENTION_CHUNK_RECORDS });
    for (const survivor of found) {
      if (signal.aborted) return total;
      if (await erase(workspaceId, survivor, before)) total++;
    }
    after = found.at(-1);
  }
  return total;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
