/**
 * Records and their locks. The order in which everything here is locked, everywhere, so that nobody ever waits in a
 * circle: message ids · the identity row · new identifiers · companies · records, by id · profiles, by id · the rest.
 * Whoever writes anything of a conversation locks its record first and the conversation last.
 */
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import type { Registers } from './register.ts';
import type { Work } from './work.ts';

/** A record as its lock holder sees it: nobody else changes it until the commit. */
export interface LockedRecord {
  readonly id: Uuid;
  readonly parentId: Uuid | null;
  readonly parentMergeId: Uuid | null;
  readonly canonicalId: Uuid;
  readonly registers: Registers;
  /** False once it was anonymized: nothing is received under it any more. */
  readonly receives: boolean;
}

interface LockedRow {
  id: Uuid;
  parent_id: Uuid | null;
  parent_merge_id: Uuid | null;
  canonical_id: Uuid;
  registers: Registers | null;
  receives: boolean;
}

/** Serialises link, merge and un-merge of one workspace; must come before any record is locked. */
export async function lockIdentity(work: Work): Promise<void> {
  await work.tx.run(hot`/* identity.lock */
    SELECT FROM identity_lock WHERE workspace_id = ${work.workspaceId}::uuid FOR NO KEY UPDATE`);
}

/**
 * Locks records, in one statement and by id. A record that is gone, or going, is missing in the answer.
 *
 * @param withRegisters the ones whose registers are needed; of the others they come empty.
 */
export async function lockRecords(
  work: Work,
  ids: readonly Uuid[],
  withRegisters: readonly Uuid[],
): Promise<Map<Uuid, LockedRecord>> {
  const rows = await work.tx.rows<LockedRow>(hot`/* record.lock */
    SELECT id, parent_id, parent_merge_id, canonical_id,
      CASE WHEN id = ANY(${withRegisters}::uuid[]) THEN registers END AS registers, anonymized_at IS NULL AS receives
    FROM record
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${ids}::uuid[]) AND erased_at IS NULL
    ORDER BY id
    FOR NO KEY UPDATE`);
  return byId(rows);
}

/** Replaces the registers of locked records. */
export async function writeRegisters(work: Work, registers: ReadonlyMap<Uuid, Registers>): Promise<void> {
  if (registers.size === 0) return;
  await work.tx.run(hot`/* record.write_registers */
    UPDATE record r SET registers = n.registers
    FROM unnest(${[...registers.keys()]}::uuid[], ${[...registers.values()].map((each) => JSON.stringify(each))}::jsonb[])
      AS n(id, registers)
    WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = n.id`);
}

/**
 * Locks the whole trees that the given records belong to. Only while holding the identity row: without it a tree may
 * change between reading which records it has and locking them.
 */
export async function lockTrees(
  work: Work,
  ids: readonly Uuid[],
  others: readonly Uuid[] = [],
): Promise<Map<Uuid, LockedRecord>> {
  const members = await work.tx.rows<{ id: Uuid }>(hot`/* record.trees */
    SELECT m.id
    FROM record r
    JOIN record m ON m.workspace_id = r.workspace_id AND m.canonical_id = r.canonical_id
    WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = ANY(${ids}::uuid[])`);
  const all = [...new Set([...members.map((row) => row.id), ...others])];
  return lockRecords(work, all, all);
}

function byId(rows: readonly LockedRow[]): Map<Uuid, LockedRecord> {
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        parentId: row.parent_id,
        parentMergeId: row.parent_merge_id,
        canonicalId: row.canonical_id,
        registers: row.registers ?? {},
        receives: row.receives,
      },
    ]),
  );
}
