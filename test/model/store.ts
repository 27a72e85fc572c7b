/** What the database really holds of one workspace, in the words of the model. */
import type { Context } from '../../src/context.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import { toWire, type Uuid } from '../../src/ids.ts';
import { sql } from '../../src/infra/sql.ts';
import { readVisitors, toVisitor } from '../../src/services/visitor-row.ts';
import type { RecordName } from './history.ts';

/** A row of `record`, times in milliseconds. */
export interface RecordRow {
  readonly id: Uuid;
  readonly name: RecordName;
  readonly parent_id: Uuid | null;
  readonly parent_merge_id: Uuid | null;
  readonly canonical_id: Uuid;
  readonly event_count: number;
  readonly page_view_count: number;
  readonly session_count: number;
  readonly conversation_count: number;
  readonly message_count: number;
  readonly first_contact: number | null;
  readonly last_message: number | null;
  readonly first_seen: number;
  readonly last_seen: number;
}

/** A row of `profile`, its counters only. */
export interface ProfileRow {
  readonly id: Uuid;
  readonly event_count: number;
  readonly page_view_count: number;
  readonly session_count: number;
  readonly conversation_count: number;
  readonly message_count: number;
  readonly message_count_log2: number;
  readonly first_contact: number | null;
  readonly last_message: number | null;
}

/** A row of `conversation`, with its messages in their order. */
export interface TalkRow {
  readonly id: Uuid;
  readonly record_id: Uuid;
  readonly message_count: number;
  readonly unread_by_visitor: number;
  readonly unread_by_agents: number;
  readonly last_message: number;
  readonly said: readonly { readonly author: string; readonly sent: number; readonly read: boolean }[];
}

/** An event or page view. */
export interface HistoryRow {
  readonly message: string;
  readonly record_id: Uuid;
  readonly session_id: Uuid | null;
  readonly at: number;
}

/** A row of `session`. */
export interface SessionRow {
  readonly id: Uuid;
  readonly record_id: Uuid;
  readonly client_id: string;
  readonly started: number;
  readonly last_activity: number;
  readonly ended: number | null;
  readonly page_view_count: number;
  readonly landing_url: string | null;
  readonly referrer: string | null;
  readonly campaign: string | null;
}

/** A row of `visitor_tag` or `note`: what it says. */
export interface MarkRow {
  readonly record_id: Uuid;
  readonly text: string;
}

/** A row of `merge`. */
export interface LinkRow {
  readonly id: Uuid;
  readonly kind: string;
  readonly source_record_id: Uuid;
  readonly target_record_id: Uuid;
  readonly undone: boolean;
}

interface Rows {
  readonly records: readonly RecordRow[];
  readonly profiles: readonly ProfileRow[];
  readonly events: readonly HistoryRow[];
  readonly pageViews: readonly HistoryRow[];
  readonly sessions: readonly SessionRow[];
  readonly links: readonly LinkRow[];
  readonly tags: readonly MarkRow[];
  readonly notes: readonly MarkRow[];
  readonly talks: readonly TalkRow[];
}

/** Rows, and the visitors as they are answered. */
export type Store = Rows & { readonly visitors: readonly Visitor[] };

/** Everything of a workspace that the model speaks of. */
export async function readStore(ctx: Context): Promise<Store> {
  const workspace = sql`workspace_id = ${ctx.caller.workspaceId}::uuid`;
  const [row] = await ctx.db.rows<Rows>(sql`/* test.store */
    SELECT
      (SELECT coalesce(json_agg(r), '[]') FROM (
        SELECT id, i.kind || ':' || i.value AS name, parent_id, parent_merge_id, canonical_id, event_count,
          page_view_count, session_count, conversation_count, message_count,
          (extract(epoch FROM first_contact_at) * 1000)::bigint AS first_contact,
          (extract(epoch FROM last_message_at) * 1000)::bigint AS last_message,
          (extract(epoch FROM first_seen_at) * 1000)::bigint AS first_seen,
          (extract(epoch FROM last_seen_at) * 1000)::bigint AS last_seen
        FROM record r
        LEFT JOIN (SELECT record_id, kind, value FROM identifier WHERE ${workspace}) i ON i.record_id = r.id
        WHERE ${workspace}) r) AS records,
      (SELECT coalesce(json_agg(p), '[]') FROM (
        SELECT id, event_count, page_view_count, session_count, conversation_count, message_count, message_count_log2,
          (extract(epoch FROM first_contact_at) * 1000)::bigint AS first_contact,
          (extract(epoch FROM last_message_at) * 1000)::bigint AS last_message
        FROM profile_activity WHERE ${workspace}) p) AS profiles,
      (SELECT coalesce(json_agg(e), '[]') FROM (
        SELECT properties ->> 'id' AS message, record_id, session_id,
          (extract(epoch FROM timestamp) * 1000)::bigint AS at
        FROM event WHERE ${workspace}) e) AS events,
      (SELECT coalesce(json_agg(v), '[]') FROM (
        SELECT title AS message, record_id, session_id, (extract(epoch FROM timestamp) * 1000)::bigint AS at
        FROM page_view WHERE ${workspace}) v) AS "pageViews",
      (SELECT coalesce(json_agg(s), '[]') FROM (
        SELECT id, record_id, client_id, page_view_count, landing_url, referrer, utm ->> 'source' AS campaign,
          (extract(epoch FROM started_at) * 1000)::bigint AS started,
          (extract(epoch FROM last_activity_at) * 1000)::bigint AS last_activity,
          (extract(epoch FROM ended_at) * 1000)::bigint AS ended
        FROM session WHERE ${workspace}) s) AS sessions,
      (SELECT coalesce(json_agg(t ORDER BY t.id), '[]') FROM (
        SELECT id, record_id, message_count, unread_by_visitor, unread_by_agents,
          (extract(epoch FROM last_message_at) * 1000)::bigint AS last_message,
          (SELECT json_agg(json_build_object('author', m.author, 'read', m.read_at IS NOT NULL,
            'sent', (extract(epoch FROM m.sent_at) * 1000)::bigint) ORDER BY m.sent_at, m.id)
            FROM message m WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id) AS said
        FROM conversation c WHERE ${workspace}) t) AS talks,
      (SELECT coalesce(json_agg(m ORDER BY m.id), '[]') FROM (
        SELECT id, kind, source_record_id, target_record_id, undone_at IS NOT NULL AS undone
        FROM merge WHERE ${workspace}) m) AS links,
      (SELECT coalesce(json_agg(t), '[]') FROM (
        SELECT record_id, tag AS text FROM visitor_tag WHERE ${workspace}) t) AS tags,
      (SELECT coalesce(json_agg(n), '[]') FROM (
        SELECT record_id, body AS text FROM note WHERE ${workspace}) n) AS notes`);
  if (!row) throw new Error('The database answered nothing.');
  const { caller, clock, db } = ctx;
  const survivors = row.profiles.map(({ id }) => id);
  const visitors = await readVisitors(db, caller.workspaceId, survivors, clock.now());
  return { ...row, visitors: visitors.map((visitor) => toVisitor(visitor, clock.now())) };
}

/** Names by the ids of their records, bare and on the wire. */
export function namesOf(records: readonly RecordRow[]): (id: string | null) => RecordName | null {
  const names = new Map<string, RecordName>();
  for (const { id, name } of records) names.set(id, name).set(toWire('visitor', id), name);
  return (id) => (id === null ? null : (names.get(id) ?? (`anon:?${id}` as const)));
}
