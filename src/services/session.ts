/** A visitor's sessions, newest first, each with its first pages. */
import { type Context, requireScope } from '../context.ts';
import type { PageQuery, VisitorPage } from '../contract/page.ts';
import type { Session, SessionPage } from '../contract/session.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { MAX_SESSION_PAGES, SESSION_IDLE_MS } from '../limits.ts';
import { type PagedList, readPage } from './page-read.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';
import { answeredBy, findVisitor } from './visitor-ref.ts';

interface SessionRow {
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
  const page = await readPage(query, sessionList(ctx.db, workspaceId, found.survivorId), (row) => toSession(row, now));
  return { ...page, ...answeredBy(found, ref) };
}

function sessionList(db: Sql, workspaceId: Uuid, survivorId: Uuid): PagedList<SessionRow, TimedPosition> {
  return {
    async count() {
      const [row] = await db.rows<{ total: number }>(sql`/* session.count */
        SELECT session_count AS total FROM profile_activity
        WHERE workspace_id = ${workspaceId}::uuid AND id = ${survivorId}::uuid`);
      return row?.total ?? 0;
    },
    read({ after, skip, take }) {
      const behind = after ? sql`AND (s.started_at, s.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      // One index scan per record, each as long as the page may need; merged, then cut.
      return db.rows<SessionRow>(sql`/* session.list */
        WITH page AS (
          SELECT s.*
          FROM record r
          CROSS JOIN LATERAL (
            SELECT s.* FROM session s
            WHERE s.workspace_id = r.workspace_id AND s.record_id = r.id ${behind}
            ORDER BY s.started_at DESC, s.id DESC
            LIMIT ${skip + take}
          ) s
          WHERE r.workspace_id = ${workspaceId}::uuid AND r.canonical_id = ${survivorId}::uuid
          ORDER BY s.started_at DESC, s.id DESC
          LIMIT ${take} OFFSET ${skip}
        )
        SELECT page.*, v.pages
        FROM page
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
        ) v ON true
        ORDER BY page.started_at DESC, page.id DESC`);
    },
    write: (row) => writeTimed(row.started_at, toWire('session', row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('session', wire)),
  };
}

function toSession(row: SessionRow, now: Date): Session {
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
