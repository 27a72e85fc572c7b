/** What a visitor did: tracked events and page views, newest first. */
import { type Context, requireScope } from '../context.ts';
import type { Event, EventQuery } from '../contract/event.ts';
import type { Slice, SliceQuery, VisitorPage } from '../contract/page.ts';
import { fromWire, toWire, type Uuid, type VisitorId } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, sql } from '../infra/sql.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';
import {
  countHistories,
  eachVisitor,
  type HistoryList,
  type OfVisitor,
  readHistoryPage,
  readHistorySlices,
  recordsOfEach,
} from './visitor-history.ts';
import { answeredBy, findVisitor } from './visitor-ref.ts';

/** A tracked event or page view as statements answer it, in one shape. */
export interface EventRow {
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
  const page = await readHistoryPage(query, eventList(ctx.db, workspaceId, query.type), found.survivorId, toEvent);
  return { ...page, ...answeredBy(found, ref) };
}

/**
 * The same stretch of many visitors' events, in the order of `visitorIds`.
 *
 * @throws {Forbidden} without `events:read`. @throws {Invalid}
 */
export async function eventsOf(
  ctx: Context,
  visitorIds: readonly VisitorId[],
  { type, ...query }: EventKind & SliceQuery,
): Promise<Slice<Event>[]> {
  requireScope(ctx.caller, 'events:read');
  return readHistorySlices(query, eventList(ctx.db, ctx.caller.workspaceId, type), visitorIds, toEvent);
}

/** How many there are of each visitor, in the order of `visitorIds`. @throws {Forbidden} without `events:read`. */
export async function countEvents(ctx: Context, visitorIds: readonly VisitorId[], { type }: EventKind) {
  requireScope(ctx.caller, 'events:read');
  return countHistories(eventList(ctx.db, ctx.caller.workspaceId, type), visitorIds);
}

/** Tracked events and page views by their ids; unknown ones are missing. @throws {Forbidden} without `events:read`. */
export async function getEvents({ caller, db }: Context, ids: readonly string[]): Promise<Event[]> {
  requireScope(caller, 'events:read');
  const uuids = ids.flatMap((id) => fromWire('event', id) ?? fromWire('pageView', id) ?? []);
  const these = sql`AND e.id = ANY(${uuids}::uuid[]) AND EXISTS (
    SELECT FROM record o WHERE o.workspace_id = e.workspace_id AND o.id = e.record_id AND o.erased_at IS NULL)`;
  const rows = await db.rows<EventRow>(sql`/* event.by_ids */
    SELECT e.* FROM (SELECT ${caller.workspaceId}::uuid AS workspace_id) r
    CROSS JOIN LATERAL (${rowsOf('all', these, sql``)}) e`);
  return rows.map(toEvent);
}

/** Which of the things a visitor did. */
export type EventKind = Pick<EventQuery, 'type'>;

function eventList(
  db: Sql,
  workspaceId: Uuid,
  type: EventQuery['type'],
): HistoryList<EventRow & OfVisitor, TimedPosition> {
  return {
    count(visitorIds) {
      const total = { track: sql`a.event_count`, page: sql`a.page_view_count`, all: BOTH_COUNTS }[type];
      return db.rows(sql`/* event.count */
        SELECT v.id AS visitor_id, ${total} AS total
        FROM ${eachVisitor(visitorIds)}
        JOIN record o ON o.workspace_id = ${workspaceId}::uuid AND o.id = v.id
        JOIN profile_activity a ON a.workspace_id = o.workspace_id AND a.id = o.canonical_id`);
    },
    read(visitorIds, { after, skip, take }) {
      const behind = after ? sql`AND (e.timestamp, e.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      // One index scan per record and kind, each as long as the page may need; merged, then cut.
      const newest = sql`${behind} ORDER BY e.timestamp DESC, e.id DESC LIMIT ${skip + take}`;
      return db.rows<EventRow & OfVisitor>(sql`/* event.list */
        SELECT v.id AS visitor_id, e.*
        FROM ${eachVisitor(visitorIds)}
        CROSS JOIN LATERAL (
          SELECT e.*
          FROM ${recordsOfEach(workspaceId)}
          CROSS JOIN LATERAL (${rowsOf(type, sql`AND e.record_id = r.id`, newest)}) e
          ORDER BY e.timestamp DESC, e.id DESC
          LIMIT ${take} OFFSET ${skip}
        ) e
        ORDER BY v.n, e.timestamp DESC, e.id DESC`);
    },
    write: (row) => writeTimed(row.timestamp, toWire(row.kind, row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('event', wire) ?? fromWire('pageView', wire)),
  };
}

const BOTH_COUNTS = sql`a.event_count + a.page_view_count`;

/** @param which conditions on `e`. @param newest order and limit. */
function rowsOf(type: EventQuery['type'], which: Fragment, newest: Fragment): Fragment {
  const events = sql`(
    SELECT 'event' AS kind, e.id, e.name, e.properties, e.timestamp, e.received_at, e.session_id, e.source
    FROM event e
    WHERE e.workspace_id = r.workspace_id ${which} ${newest})`;
  const pageViews = sql`(
    SELECT 'pageView' AS kind, e.id, 'page' AS name,
      jsonb_build_object('url', e.url, 'title', e.title, 'page', e.page, 'referrer', e.referrer) AS properties,
      e.timestamp, e.received_at, e.session_id, e.source
    FROM page_view e
    WHERE e.workspace_id = r.workspace_id ${which} ${newest})`;
  if (type === 'track') return events;
  return type === 'page' ? pageViews : sql`${events} UNION ALL ${pageViews}`;
}

/** The shape callers see. */
export function toEvent(row: EventRow): Event {
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
