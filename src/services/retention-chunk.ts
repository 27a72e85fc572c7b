/**
 * Deletes one chunk of history that is too old, with the counts of its records and profiles, in one transaction. It
 * goes by record, not by time: an index by time over all people would cost every ingested event more than this saves,
 * and a record that was first seen later is passed over without a look at its history.
 */
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { RETENTION_CHUNK_RECORDS, RETENTION_CHUNK_ROWS } from '../limits.ts';
import { lockRecords } from './record.ts';
import { dropConversations, subtract } from './retention-counters.ts';
import { HISTORY, type HistoryKind, isHeld } from './retention-kinds.ts';
import { inWork, type Work, type WorkSource } from './work.ts';

/** What is to go. */
export interface Older {
  readonly workspaceId: Uuid;
  readonly kind: HistoryKind;
  /** RFC 3339; what happened at this moment stays. */
  readonly before: string;
}

/** What one chunk did. */
export interface Chunk {
  readonly deleted: number;
  /** The record to go on behind; null when there is nothing left. */
  readonly next: Uuid | null;
}

/** Deletes the next chunk behind `after`, by record id. People on hold are left out, and those being erased. */
export function deleteChunk(source: WorkSource, older: Older, after: Uuid): Promise<Chunk> {
  return inWork(source, older.workspaceId, async (work) => {
    const found = await findRecords(work, older, after);
    const last = found.at(-1);
    if (last === undefined) return { deleted: 0, next: null };
    await lockRecords(work, found, []);
    const free = await freeOf(work, found);
    const deleted = await deleteRows(work, older, free);
    const total = [...deleted.values()].reduce((sum, count) => sum + count, 0);
    // A chunk that is full may have left something of its last record, or all of those behind it.
    return { deleted: total, next: total < RETENTION_CHUNK_ROWS ? last : after };
  });
}

async function findRecords({ tx, workspaceId }: Work, { kind, before }: Older, after: Uuid): Promise<Uuid[]> {
  const { table, isOlder, mayHave } = HISTORY[kind];
  const rows = await tx.rows<{ id: Uuid }>(sql`/* retention.records */
    SELECT r.id FROM record r
    WHERE r.workspace_id = ${workspaceId}::uuid AND r.id > ${after}::uuid AND ${mayHave(before)}
      AND r.erased_at IS NULL
      AND EXISTS (SELECT FROM ${table} h WHERE h.workspace_id = r.workspace_id AND h.record_id = r.id
        AND ${isOlder(before)})
    ORDER BY r.id
    LIMIT ${RETENTION_CHUNK_RECORDS}::int`);
  return rows.map(({ id }) => id);
}

/** Looked at behind the locks: a hold or an erasure that came first is seen, one that comes later waits. */
async function freeOf({ tx, workspaceId }: Work, ids: readonly Uuid[]): Promise<Uuid[]> {
  const rows = await tx.rows<{ id: Uuid }>(sql`/* retention.free_records */
    SELECT r.id FROM record r
    WHERE r.workspace_id = ${workspaceId}::uuid AND r.id = ANY(${ids}::uuid[]) AND r.erased_at IS NULL
      AND NOT ${isHeld}`);
  return rows.map(({ id }) => id);
}

async function deleteRows(work: Work, { kind, before }: Older, free: readonly Uuid[]): Promise<Map<Uuid, number>> {
  const { table, isOlder } = HISTORY[kind];
  const rows = await work.tx.rows<{ id: Uuid; record_id: Uuid }>(sql`/* retention.oldest */
    SELECT h.id, h.record_id
    FROM unnest(${[...free].sort()}::uuid[]) WITH ORDINALITY AS n(record_id, place)
    CROSS JOIN LATERAL (
      SELECT h.id, h.record_id FROM ${table} h
      WHERE h.workspace_id = ${work.workspaceId}::uuid AND h.record_id = n.record_id AND ${isOlder(before)}
    ) h
    LIMIT ${RETENTION_CHUNK_ROWS}::int`);
  if (rows.length === 0) return new Map();
  const counts = new Map<Uuid, number>();
  for (const { record_id: id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ids = rows.map(({ id }) => id);
  if (kind === 'conversations') await dropConversations(work, ids, [...counts.keys()]);
  else {
    await work.tx.run(sql`/* retention.delete */
      DELETE FROM ${table} h WHERE h.workspace_id = ${work.workspaceId}::uuid AND h.id = ANY(${ids}::uuid[])`);
    await subtract(work, kind, counts);
  }
  return counts;
}
