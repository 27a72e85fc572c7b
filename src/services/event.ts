/** What a visitor did: tracked events and page views, newest first. */
import { type Context, requireScope } from '../context.ts';
import type { Event, EventQuery } from '../contract/event.ts';
import type { VisitorPage } from '../contract/page.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, sql } from '../infra/sql.ts';
import { type PagedList, readPage } from './page-read.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';
import { answeredBy, findVisitor } from './visitor-ref.ts';

interface EventRow {
  kind: 'event' | 'pageView';
  id: Uuid;
  name: string;
  properties: Record<string, unknown>;
  timestamp: Date;
  received_at: Date;
  session_id: Uuid | null;
  source: 'browser' | 'server';
}

/** @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `events:read`. @throws {NotFound} @throws {Invalid} */
export async function listEvents(ctx: Context, ref: string, query: EventQuery): Promise<VisitorPage<Event>> {
  requireScope(ctx.caller, 'events:read');
  const { workspaceId } = ctx.caller;
  const found = await findVisitor(ctx.db, workspaceId, ref);
  const page = await readPage(query, eventList(ctx.db, workspaceId, found.survivorId, query.type), toEvent);
  return { ...page, ...answeredBy(found, ref) };
}

function eventList(
  db: Sql,
  workspaceId: Uuid,
  survivorId: Uuid,
  type: EventQuery['type'],
): PagedList<EventRow, TimedPosition> {
  return {
    async count() {
      const [row] = await db.rows<{ events: number; page_views: number }>(sql`/* event.count */
        SELECT event_count AS events, page_view_count AS page_views FROM profile_activity
        WHERE workspace_id = ${workspaceId}::uuid AND id = ${survivorId}::uuid`);
      return (type === 'page' ? 0 : (row?.events ?? 0)) + (type === 'track' ? 0 : (row?.page_views ?? 0));
    },
    read({ after, skip, take }) {
      const behind = after ? sql`AND (e.timestamp, e.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      // One index scan per record and kind, each as long as the page may need; merged, then cut.
      const newest = sql`${behind} ORDER BY e.timestamp DESC, e.id DESC LIMIT ${skip + take}`;
      return db.rows<EventRow>(sql`/* event.list */
        SELECT e.*
        FROM record r
        CROSS JOIN LATERAL (${rowsOf(type, newest)}) e
        WHERE r.workspace_id = ${workspaceId}::uuid AND r.canonical_id = ${survivorId}::uuid
        ORDER BY e.timestamp DESC, e.id DESC
        LIMIT ${take} OFFSET ${skip}`);
    },
    write: (row) => writeTimed(row.timestamp, toWire(row.kind, row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('event', wire) ?? fromWire('pageView', wire)),
  };
}

function rowsOf(type: EventQuery['type'], newest: Fragment): Fragment {
  const events = sql`(
    SELECT 'event' AS kind, e.id, e.name, e.properties, e.timestamp, e.received_at, e.session_id, e.source
    FROM event e
    WHERE e.workspace_id = r.workspace_id AND e.record_id = r.id ${newest})`;
  const pageViews = sql`(
    SELECT 'pageView' AS kind, e.id, 'page' AS name,
      jsonb_build_object('url', e.url, 'title', e.title, 'page', e.page, 'referrer', e.referrer) AS properties,
      e.timestamp, e.received_at, e.session_id, e.source
    FROM page_view e
    WHERE e.workspace_id = r.workspace_id AND e.record_id = r.id ${newest})`;
  if (type === 'track') return events;
  return type === 'page' ? pageViews : sql`${events} UNION ALL ${pageViews}`;
}

function toEvent(row: EventRow): Event {
  const event = {
    id: toWire(row.kind, row.id),
    name: row.name,
    properties: row.properties,
    timestamp: row.timestamp.toISOString(),
    receivedAt: row.received_at.toISOString(),
    sessionId: row.session_id && toWire('session', row.session_id),
    source: row.source,
  };
  // The two kinds differ in nothing but their id's kind and their properties, which the statement chose together.
  return event as Event;
}
