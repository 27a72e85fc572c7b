/** How long each kind of data is kept, as it travels with what is known of a key; and from when on it is too old. */
import type { RetentionRule } from '../context.ts';
import type { Retention, RetentionKind } from '../contract/retention.ts';
import type { Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, sql } from '../infra/sql.ts';

const DAY_MS = 86_400_000;

/** What `retentionColumn` reads; null: everything is kept for ever. */
export interface RetentionColumn {
  readonly retention: RetentionRule | null;
}

/** A column of a SELECT. @param workspaceId an expression of it. */
export function retentionColumn(workspaceId: Fragment): Fragment {
  return sql`(SELECT json_object_agg(t.kind, t.days) FROM retention t WHERE t.workspace_id = ${workspaceId}) AS retention`;
}

/** The moment before which a kind is too old: what happened exactly then stays. Milliseconds since 1970. */
export function keptSince(days: number, now: number): number {
  return now - days * DAY_MS;
}

/** Days by kind, of one workspace; null: for ever. */
export async function readRetention(db: Sql, workspaceId: Uuid): Promise<Retention> {
  const rows = await db.rows<{ kind: RetentionKind; days: number }>(sql`/* retention.read */
    SELECT kind, days FROM retention WHERE workspace_id = ${workspaceId}::uuid`);
  const nothing: Retention = { events: null, pageViews: null, sessions: null, conversations: null, visitors: null };
  return { ...nothing, ...Object.fromEntries(rows.map(({ kind, days }) => [kind, days])) };
}
