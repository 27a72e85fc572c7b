/** Visitors nobody saw for as long as their workspace keeps such: who they are. Deleting them is an erasure. */
import type { Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, sql } from '../infra/sql.ts';
import { lockTrees } from './record.ts';
import { isHeld } from './retention-kinds.ts';
import type { Work } from './work.ts';

/**
 * True of a survivor `r` with its activity `a` when neither they were seen nor a message was written since `before`,
 * and nobody holds them. Who was never seen counts from when they were made.
 */
export function isUnseen(before: string): Fragment {
  return sql`coalesce(greatest(a.last_seen_at, a.last_message_at), r.created_at) < ${before}::timestamptz
    AND r.erased_at IS NULL AND NOT ${isHeld}`;
}

/** The next of them behind `after`, by id. @param before RFC 3339. */
export async function findUnseen(
  db: Sql,
  { workspaceId, before, after, limit }: { workspaceId: Uuid; before: string; after: Uuid; limit: number },
): Promise<Uuid[]> {
  const rows = await db.rows<{ id: Uuid }>(sql`/* retention.unseen */
    SELECT r.id FROM record r JOIN profile_activity a ON a.workspace_id = r.workspace_id AND a.id = r.id
    WHERE r.workspace_id = ${workspaceId}::uuid AND r.id > ${after}::uuid AND ${isUnseen(before)}
    ORDER BY r.id
    LIMIT ${limit}::int`);
  return rows.map(({ id }) => id);
}

/** Locks them and looks again: whoever was seen, or put on hold, since they were found, stays. */
export async function isStillUnseen(work: Work, survivorId: Uuid, before: string): Promise<boolean> {
  await lockTrees(work, [survivorId]);
  const [row] = await work.tx.rows(sql`/* retention.still_unseen */
    SELECT 1 FROM record r JOIN profile_activity a ON a.workspace_id = r.workspace_id AND a.id = r.id
    WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = ${survivorId}::uuid AND ${isUnseen(before)}`);
  return row !== undefined;
}
