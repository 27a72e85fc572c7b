/** Compares every count of a workspace with the rows it counts. */
import { sql } from '../../src/infra/sql.ts';
import type { TestWorkspace } from '../support/world.ts';

/** Records and people whose counts differ from their rows, and rows without a record; empty when all is well. */
export async function miscounted({ db, caller }: TestWorkspace): Promise<unknown[]> {
  const { workspaceId } = caller;
  return db.rows(sql`/* test.miscounted */
    WITH counted AS (
      SELECT r.id, r.canonical_id,
        (SELECT count(*) FROM event h WHERE h.workspace_id = r.workspace_id AND h.record_id = r.id) AS events,
        (SELECT count(*) FROM page_view h WHERE h.workspace_id = r.workspace_id AND h.record_id = r.id) AS page_views,
        (SELECT count(*) FROM session h WHERE h.workspace_id = r.workspace_id AND h.record_id = r.id) AS sessions,
        (SELECT count(*) FROM conversation h WHERE h.workspace_id = r.workspace_id AND h.record_id = r.id) AS talks,
        m.messages, m.first_contact, m.last_message,
        r.event_count, r.page_view_count, r.session_count, r.conversation_count, r.message_count, r.first_contact_at,
        r.last_message_at
      FROM record r CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE g.author = 'visitor') AS messages, max(g.sent_at) AS last_message,
          min(g.sent_at) FILTER (WHERE g.author = 'visitor') AS first_contact
        FROM conversation c JOIN message g ON g.workspace_id = c.workspace_id AND g.conversation_id = c.id
        WHERE c.workspace_id = r.workspace_id AND c.record_id = r.id
      ) m
      WHERE r.workspace_id = ${workspaceId}::uuid
    ), people AS (
      SELECT canonical_id AS id, sum(events) AS events, sum(page_views) AS page_views, sum(sessions) AS sessions,
        sum(talks) AS talks, sum(messages) AS messages, min(first_contact) AS first_contact,
        max(last_message) AS last_message
      FROM counted GROUP BY canonical_id
    )
    SELECT 'record' AS what, id::text FROM counted
    WHERE (events, page_views, sessions, talks, messages, first_contact, last_message) IS DISTINCT FROM
      (event_count, page_view_count, session_count, conversation_count, message_count, first_contact_at, last_message_at)
    UNION ALL
    SELECT 'person', p.id::text FROM people p
    LEFT JOIN profile_activity a ON a.workspace_id = ${workspaceId}::uuid AND a.id = p.id
    WHERE (p.events, p.page_views, p.sessions, p.talks, p.messages, p.first_contact, p.last_message) IS DISTINCT FROM
      (a.event_count, a.page_view_count, a.session_count, a.conversation_count, a.message_count, a.first_contact_at,
        a.last_message_at)
      OR a.event_count_log2 <> floor(ln((a.event_count + 1)::float8) / ln(2::float8))
      OR a.session_count_log2 <> floor(ln((a.session_count + 1)::float8) / ln(2::float8))
      OR a.message_count_log2 <> floor(ln((a.message_count + 1)::float8) / ln(2::float8))
    UNION ALL
    SELECT 'orphan', e.id::text FROM event e
    WHERE e.workspace_id = ${workspaceId}::uuid
      AND NOT EXISTS (SELECT FROM record r WHERE r.workspace_id = e.workspace_id AND r.id = e.record_id)`);
}
