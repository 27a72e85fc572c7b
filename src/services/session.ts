/** A visitor's sessions, newest first, each with its first pages. */
import { type Context, requireScope } from '../context.ts';
import type { PageQuery, Slice, SliceQuery, VisitorPage } from '../contract/page.ts';
import type { Session, SessionPage } from '../contract/session.ts';
import { fromWire, toWire, type Uuid, type VisitorId } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { MAX_SESSION_PAGES, SESSION_IDLE_MS } from '../limits.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';
import {
  eachVisitor,
  type HistoryList,
  type OfVisitor,
  readHistoryPage,
  readHistorySlices,
  recordsOfEach,
} from './visitor-history.ts';
import { answeredBy, findVisitor } from './visitor-ref.ts';

/** A session as statements answer it; its pages may be left out. */
export interface SessionRow {
  id: Uuid;
  started_at: Date;
  last_activity_at: Date;
  ended_at: Date | null;
  page_view_count: number;
  landing_url: string | null;
  referrer: string | null;
  utm: Record<string, string> | null;
  pages: PageRow[] | null;
}

interface PageRow {
  url: string;
  page: string | null;
  title: string | null;
  timestamp: string;
  next: string | null;
}

/** @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `events:read`. @throws {NotFound} @throws {Invalid} */
export async function listSessions(ctx: Context, ref: string, query: PageQuery): Promise<VisitorPage<Session>> {
  requireScope(ctx.caller, 'events:read');
  const { workspaceId } = ctx.caller;
  const found = await findVisitor(ctx.db, workspaceId, ref);
  const now = ctx.clock.now();
  const list = sessionList(ctx.db, workspaceId);
  const page = await readHistoryPage(query, list, found.survivorId, (row) => toSession(row, now));
  return { ...page, ...answeredBy(found, ref) };
}

/**
 * The same stretch of many visitors' sessions, in the order of `visitorIds`.
 *
 * @throws {Forbidden} without `events:read`. @throws {Invalid}
 */
export async function sessionsOf(
  ctx: Context,
  visitorIds: readonly VisitorId[],
  { withPages, ...query }: SessionsAsked,
): Promise<Slice<Session>[]> {
  requireScope(ctx.caller, 'events:read');
  const now = ctx.clock.now();
  const list = sessionList(ctx.db, ctx.caller.workspaceId, withPages);
  return readHistorySlices(query, list, visitorIds, (row) => toSession(row, now));
}

/** Which stretch of the list, and whether anybody looks at the pages; without them there are none. */
export interface SessionsAsked extends SliceQuery {
  readonly withPages: boolean;
}

/** Sessions by their ids; unknown ones are missing. @throws {Forbidden} without `events:read`. */
export async function getSessions({ caller, db, clock }: Context, ids: readonly string[]): Promise<Session[]> {
  requireScope(caller, 'events:read');
  const now = clock.now();
  const uuids = ids.flatMap((id) => fromWire('session', id) ?? []);
  const rows = await db.rows<SessionRow>(sql`/* session.by_ids */
    WITH page AS (
      SELECT s.* FROM session s
      JOIN record r ON r.workspace_id = s.workspace_id AND r.id = s.record_id AND r.erased_at IS NULL
      WHERE s.workspace_id = ${caller.workspaceId}::uuid AND s.id = ANY(${uuids}::uuid[])
    ) SELECT page.*, p.pages FROM page ${FIRST_PAGES}`);
  return rows.map((row) => toSession(row, now));
}

function sessionList(db: Sql, workspaceId: Uuid, withPages = true): HistoryList<SessionRow & OfVisitor, TimedPosition> {
  return {
    count: (visitorIds) =>
      db.rows(sql`/* session.count */
        SELECT v.id AS visitor_id, a.session_count AS total
        FROM ${eachVisitor(visitorIds)}
        JOIN record o ON o.workspace_id = ${workspaceId}::uuid AND o.id = v.id
        JOIN profile_activity a ON a.workspace_id = o.workspace_id AND a.id = o.canonical_id`),
    read(visitorIds, { after, skip, take }) {
      const behind = after ? sql`AND (s.started_at, s.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      // One index scan per record, each as long as the page may need; merged, then cut.
      return db.rows<SessionRow & OfVisitor>(sql`/* session.list */
        WITH page AS (
          SELECT v.id AS visitor_id, v.n, s.*
          FROM ${eachVisitor(visitorIds)}
          CROSS JOIN LATERAL (
            SELECT s.*
            FROM ${recordsOfEach(workspaceId)}
            CROSS JOIN LATERAL (
              SELECT s.* FROM session s
              WHERE s.workspace_id = r.workspace_id AND s.record_id = r.id ${behind}
              ORDER BY s.started_at DESC, s.id DESC
              LIMIT ${skip + take}
            ) s
            ORDER BY s.started_at DESC, s.id DESC
            LIMIT ${take} OFFSET ${skip}
          ) s
        )
        ${withPages ? sql`SELECT page.*, p.pages FROM page ${FIRST_PAGES}` : sql`SELECT page.*, NULL AS pages FROM page`}
        ORDER BY page.n, page.started_at DESC, page.id DESC`);
    },
    write: (row) => writeTimed(row.started_at, toWire('session', row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('session', wire)),
  };
}

/** `p.pages` of each session in `page`. */
const FIRST_PAGES = sql`
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('url', p.url, 'page', p.page, 'title', p.title,
      'timestamp', p.timestamp, 'next', p.next) ORDER BY p.timestamp, p.id) AS pages
    FROM (
      SELECT p.*, lead(p.timestamp) OVER (ORDER BY p.timestamp, p.id) AS next
      FROM page_view p
      WHERE p.workspace_id = page.workspace_id AND p.session_id = page.id
      ORDER BY p.timestamp, p.id
      LIMIT ${MAX_SESSION_PAGES + 1}
    ) p
  ) p ON true`;

/** The shape callers see. @param now decides whether it may still go on. */
export function toSession(row: SessionRow, now: Date): Session {
  // A heartbeat counts to the minute, so it may lie a little before the start.
  const lastActivity = Math.max(row.last_activity_at.getTime(), row.started_at.getTime());
  const endedAt = endOf(row, lastActivity, now);
  const until = endedAt ?? now.getTime();
  return {
    id: toWire('session', row.id),
    startedAt: row.started_at.toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    duration: seconds(row.started_at.getTime(), until),
    pagesViewed: row.page_view_count,
    pages: (row.pages ?? []).slice(0, MAX_SESSION_PAGES).map((page) => toPage(page, endedAt)),
    referrer: row.referrer,
    utm: row.utm,
    landingPage: row.landing_url,
  };
}

/** The last activity, once the client said so or nothing came for half an hour; null while it may go on. */
function endOf({ ended_at: ended }: SessionRow, lastActivity: number, now: Date): number | null {
  const wasClosed = ended !== null && ended.getTime() >= lastActivity;
  return wasClosed || now.getTime() - lastActivity >= SESSION_IDLE_MS ? lastActivity : null;
}

function toPage({ url, page, title, timestamp, next }: PageRow, endedAt: number | null): SessionPage {
  const viewedAt = new Date(timestamp).getTime();
  const leftAt = next === null ? endedAt : new Date(next).getTime();
  return {
    url: page ?? pathOf(url),
    title,
    viewedAt: new Date(viewedAt).toISOString(),
    timeOnPage: leftAt === null ? null : seconds(viewedAt, leftAt),
    href: url,
  };
}

function pathOf(url: string): string {
  if (!URL.canParse(url)) return url.split('#', 1)[0] ?? url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function seconds(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 1000));
}
