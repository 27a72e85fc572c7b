/** Keeps the counts of records and profiles right while their history is thinned out. First and last seen stay. */
import type { Uuid } from '../ids.ts';
import { type Fragment, sql } from '../infra/sql.ts';
import type { HistoryKind } from './retention-kinds.ts';
import type { Work } from './work.ts';

type Counted = Exclude<HistoryKind, 'conversations'>;

const COLUMNS: Readonly<Record<Counted, Fragment>> = {
  events: sql`event_count`,
  pageViews: sql`page_view_count`,
  sessions: sql`session_count`,
};

/** What list order and ranges go by, beside the counts that have it. */
const COMPANIONS: Readonly<Record<Counted, (count: Fragment) => Fragment>> = {
  events: (count) => sql`, event_count_log2 = ${log2(count)}`,
  pageViews: () => sql``,
  sessions: (count) => sql`, session_count_log2 = ${log2(count)}`,
};

/** Takes deleted rows off the counts. @param counts by record; all of them are locked. */
export async function subtract(work: Work, kind: Counted, counts: ReadonlyMap<Uuid, number>): Promise<void> {
  const column = COLUMNS[kind];
  const rows = await work.tx.rows<{ id: Uuid; gone: number }>(sql`/* retention.subtract */
    WITH less AS (
      UPDATE record r SET ${column} = r.${column} - n.gone
      FROM unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::int[]) AS n(id, gone)
      WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = n.id
      RETURNING r.canonical_id, n.gone
    )
    SELECT canonical_id AS id, sum(gone)::int AS gone FROM less GROUP BY canonical_id`);
  await lockActivities(
    work,
    rows.map(({ id }) => id),
  );
  const rest = sql`(p.${column} - n.gone)`;
  await work.tx.run(sql`/* retention.subtract_profiles */
    UPDATE profile_activity p SET ${column} = ${rest}${COMPANIONS[kind](rest)}
    FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ gone }) => gone)}::int[]) AS n(id, gone)
    WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.id = n.id`);
}

/**
 * Deletes conversations with their messages, and counts what is left of their records and the people above.
 *
 * @param records theirs; all of them are locked.
 */
export async function dropConversations(work: Work, ids: readonly Uuid[], records: readonly Uuid[]): Promise<void> {
  const { tx, workspaceId } = work;
  await tx.run(sql`/* retention.delete_messages */
    DELETE FROM message WHERE workspace_id = ${workspaceId}::uuid AND conversation_id = ANY(${ids}::uuid[])`);
  await tx.run(sql`/* retention.delete_conversations */
    DELETE FROM conversation WHERE workspace_id = ${workspaceId}::uuid AND id = ANY(${ids}::uuid[])`);
  const survivors = await tx.rows<{ id: Uuid }>(sql`/* retention.recount_conversations */
    WITH counted AS (
      UPDATE record r SET conversation_count = c.conversations, message_count = c.messages,
        first_contact_at = c.first_contact, last_message_at = c.last_message
      FROM unnest(${records}::uuid[]) AS n(id)
      CROSS JOIN LATERAL (
        SELECT count(DISTINCT v.id)::int AS conversations,
          count(m.id) FILTER (WHERE m.author = 'visitor')::int AS messages,
          min(m.sent_at) FILTER (WHERE m.author = 'visitor') AS first_contact, max(m.sent_at) AS last_message
        FROM conversation v
        LEFT JOIN message m ON m.workspace_id = v.workspace_id AND m.conversation_id = v.id
        WHERE v.workspace_id = ${workspaceId}::uuid AND v.record_id = n.id
      ) c
      WHERE r.workspace_id = ${workspaceId}::uuid AND r.id = n.id
      RETURNING r.canonical_id
    )
    SELECT DISTINCT canonical_id AS id FROM counted`);
  await recountProfiles(
    work,
    survivors.map(({ id }) => id),
  );
}

/**
 * Records of the tree that this transaction has not locked may be written meanwhile, and behind such a write its
 * profile: so the profile is locked first, and read anew behind that in a statement of its own.
 */
async function recountProfiles(work: Work, survivors: readonly Uuid[]): Promise<void> {
  await lockActivities(work, survivors);
  const { tx, workspaceId } = work;
  await tx.run(sql`/* retention.recount_profiles */
    UPDATE profile_activity p SET conversation_count = c.conversations, message_count = c.messages,
      first_contact_at = c.first_contact, last_message_at = c.last_message,
      message_count_log2 = ${log2(sql`c.messages`)}
    FROM unnest(${survivors}::uuid[]) AS n(id)
    CROSS JOIN LATERAL (
      SELECT sum(r.conversation_count)::int AS conversations, sum(r.message_count)::int AS messages,
        min(r.first_contact_at) AS first_contact, max(r.last_message_at) AS last_message
      FROM record r WHERE r.workspace_id = ${workspaceId}::uuid AND r.canonical_id = n.id
    ) c
    WHERE p.workspace_id = ${workspaceId}::uuid AND p.id = n.id`);
}

async function lockActivities({ tx, workspaceId }: Work, ids: readonly Uuid[]): Promise<void> {
  await tx.run(sql`/* retention.lock_activities */
    SELECT FROM profile_activity WHERE workspace_id = ${workspaceId}::uuid AND id = ANY(${ids}::uuid[])
    ORDER BY id
    FOR NO KEY UPDATE`);
}

function log2(count: Fragment): Fragment {
  return sql`floor(ln((${count} + 1)::float8) / ln(2::float8))`;
}
