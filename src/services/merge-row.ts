/** Merges as they are answered. */
import type { By } from '../context.ts';
import type { Merge } from '../contract/merge.ts';
import { toWire, type Uuid } from '../ids.ts';

/** A row of `merge`. */
export interface MergeRow {
  readonly id: Uuid;
  readonly kind: Merge['kind'];
  readonly source_record_id: Uuid;
  readonly target_record_id: Uuid;
  readonly target_survivor_id: Uuid;
  readonly plan_hash: string | null;
  readonly created_at: Date;
  readonly by: By;
  readonly undone_at: Date | null;
  readonly undone_by: By | null;
  /** One of its sides was deleted. */
  readonly erased_at: Date | null;
}

/** The shape callers see; both ids as they were at the time of the merge. */
export function toMerge(row: MergeRow): Merge {
  return {
    id: toWire('merge', row.id),
    kind: row.kind,
    sourceVisitorId: toWire('visitor', row.source_record_id),
    targetVisitorId: toWire('visitor', row.target_survivor_id),
    planHash: row.plan_hash,
    createdAt: row.created_at.toISOString(),
    by: row.by,
    undoneAt: row.undone_at?.toISOString() ?? null,
    undoneBy: row.undone_by,
  };
}
