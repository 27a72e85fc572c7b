/** Writes what a `Forest` decided: merge records, edges and the roots they change. */
import type { By } from '../context.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import type { Bar, Forest } from './forest.ts';
import type { LockedRecord } from './record.ts';
import type { Registers } from './register.ts';
import type { Work } from './work.ts';

/** A merge to be recorded; its edge is in the forest already. */
export interface NewMerge {
  readonly id: Uuid;
  readonly kind: 'identify' | 'alias' | 'manual';
  readonly sourceRecordId: Uuid;
  readonly targetRecordId: Uuid;
  readonly targetSurvivorId: Uuid;
  readonly registers: Registers;
  readonly planHash: string | null;
  readonly by: By;
}

/** What decisions about some trees need besides the trees: who is a user, and what must stay apart. */
export async function findLinkFacts(
  work: Work,
  records: readonly Uuid[],
): Promise<{ users: ReadonlySet<Uuid>; bars: readonly Bar[] }> {
  const users = await work.tx.rows<{ record_id: Uuid }>(hot`/* merge.users */
    SELECT record_id FROM identifier
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) AND kind = 'user'`);
  const bars = await work.tx.rows<{ id: Uuid; source_record_id: Uuid; target_record_id: Uuid }>(hot`/* merge.bars */
    SELECT id, source_record_id, target_record_id FROM merge
    WHERE workspace_id = ${work.workspaceId}::uuid AND source_record_id = ANY(${records}::uuid[])
      AND undone_at IS NOT NULL AND lifted_by_merge_id IS NULL`);
  return {
    users: new Set(users.map((row) => row.record_id)),
    bars: bars.map((row) => ({
      mergeId: row.id,
      sourceRecordId: row.source_record_id,
      targetRecordId: row.target_record_id,
    })),
  };
}

/** Records merges. Dated at the transaction's moment. */
export async function insertMerges(work: Work, merges: readonly NewMerge[]): Promise<void> {
  const rows = merges.map((each) => ({
    id: each.id,
    kind: each.kind,
    source: each.sourceRecordId,
    target: each.targetRecordId,
    survivor: each.targetSurvivorId,
    registers: each.registers,
    plan_hash: each.planHash,
    by: each.by,
  }));
  await work.tx.run(hot`/* merge.create */
    INSERT INTO merge (workspace_id, id, kind, source_record_id, target_record_id, target_survivor_id, registers,
      plan_hash, by, created_at)
    SELECT ${work.workspaceId}::uuid, m.id, m.kind, m.source, m.target, m.survivor, m.registers, m.plan_hash, m.by,
      ${work.now.toISOString()}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS m(id uuid, kind text, source uuid, target uuid,
      survivor uuid, registers jsonb, plan_hash text, by jsonb)`);
}

/**
 * Writes the edges and roots that differ from what was locked.
 *
 * @param unanswered records made in this very transaction: below a root nobody ever sees their ids as survivors'.
 */
export async function writeEdges(
  work: Work,
  forest: Forest,
  locked: ReadonlyMap<Uuid, LockedRecord>,
  unanswered: ReadonlySet<Uuid> = new Set(),
): Promise<void> {
  const changed = [...locked.values()].flatMap((record) => {
    const { parentId, parentMergeId } = forest.edge(record.id);
    const canonicalId = forest.root(record.id);
    if (parentId === record.parentId && parentMergeId === record.parentMergeId && canonicalId === record.canonicalId) {
      return [];
    }
    const answered = canonicalId === record.id ? true : unanswered.has(record.id) ? false : null;
    return [{ id: record.id, parentId, parentMergeId, canonicalId, answered }];
  });
  await work.tx.run(hot`/* record.write_edges */
    UPDATE record r SET parent_id = e.parent_id, parent_merge_id = e.parent_merge_id, canonical_id = e.canonical_id,
      answered = coalesce(e.answered, r.answered)
    FROM unnest(${changed.map((each) => each.id)}::uuid[], ${changed.map((each) => each.parentId)}::uuid[],
      ${changed.map((each) => each.parentMergeId)}::uuid[], ${changed.map((each) => each.canonicalId)}::uuid[],
      ${changed.map((each) => each.answered)}::boolean[]) AS e(id, parent_id, parent_merge_id, canonical_id, answered)
    WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = e.id`);
}
