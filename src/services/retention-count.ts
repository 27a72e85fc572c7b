/** What retention would delete now, counted without deleting. */
import type { Retention, RetentionCounts } from '../contract/retention.ts';
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { HISTORY, type HistoryKind, isHeld } from './retention-kinds.ts';
import { keptSince } from './retention-rule.ts';
import { isUnseen } from './retention-unseen.ts';
import type { WorkSource } from './work.ts';

/** Rows by kind that are older than `wished` keeps them; people on hold are left out. Null keeps all. */
export async function countOlder(
  { db, clock }: Pick<WorkSource, 'db' | 'clock'>,
  workspaceId: Uuid,
  wished: Retention,
): Promise<RetentionCounts> {
  const now = clock.now().getTime();
  const count = async (kind: HistoryKind): Promise<number> => {
    const days = wished[kind];
    if (days === null) return 0;
    const before = new Date(keptSince(days, now)).toISOString();
    const { table, isOlder, mayHave } = HISTORY[kind];
    const [row] = await db.rows<{ count: number }>(sql`/* retention.count */
      SELECT count(*)::int AS count FROM record r
      JOIN ${table} h ON h.workspace_id = r.workspace_id AND h.record_id = r.id AND ${isOlder(before)}
      WHERE r.workspace_id = ${workspaceId}::uuid AND ${mayHave(before)} AND r.erased_at IS NULL AND NOT ${isHeld}`);
    return row?.count ?? 0;
  };
  const [events, pageViews, sessions, conversations] = await Promise.all([
    count('events'),
    count('pageViews'),
    count('sessions'),
    count('conversations'),
  ]);
  return { events, pageViews, sessions, conversations, visitors: await countUnseen() };

  async function countUnseen(): Promise<number> {
    if (wished.visitors === null) return 0;
    const before = new Date(keptSince(wished.visitors, now)).toISOString();
    const [row] = await db.rows<{ count: number }>(sql`/* retention.count_unseen */
      SELECT count(*)::int AS count
      FROM record r JOIN profile_activity a ON a.workspace_id = r.workspace_id AND a.id = r.id
      WHERE r.workspace_id = ${workspaceId}::uuid AND ${isUnseen(before)}`);
    return row?.count ?? 0;
  }
}
