/** What an export says of a person's visits: sessions, page views and events of every record, newest first. */
import type { Event } from '../contract/event.ts';
import type { ExportedSession } from '../contract/export.ts';
import { hot, sql } from '../infra/sql.ts';
import { type EventRow, toEvent } from './event.ts';
import { mapped, newestFirst, recordsWith, type TimedRow } from './export-pages.ts';
import type { Person } from './export-person.ts';
import { type SessionRow, toSession } from './session.ts';

/** Tracked events. */
export async function* exportedEvents(person: Person): AsyncGenerator<Event[]> {
  const { source, workspaceId } = person;
  const records = await recordsWith(
    person,
    sql`/* export.with_events */`,
    sql`event e WHERE e.workspace_id = ${workspaceId}::uuid AND e.record_id = r.id`,
  );
  const pages = newestFirst(records, (recordId, { at, id }, take) =>
    source.db.rows<EventRow & TimedRow>(hot`/* export.events */
      SELECT 'event' AS kind, e.id, e.name, e.properties, e.timestamp, e.timestamp AS at, e.received_at, e.session_id,
        e.source
      FROM event e
      WHERE e.workspace_id = ${workspaceId}::uuid AND e.record_id = ${recordId}::uuid
        AND (e.timestamp, e.id) < (${at}::timestamptz, ${id}::uuid)
      ORDER BY e.timestamp DESC, e.id DESC
      LIMIT ${take}`),
  );
  yield* mapped(pages, toEvent);
}

/** Page views, in the shape of events. */
export async function* exportedPageViews(person: Person): AsyncGenerator<Event[]> {
  const { source, workspaceId } = person;
  const records = await recordsWith(
    person,
    sql`/* export.with_page_views */`,
    sql`page_view e WHERE e.workspace_id = ${workspaceId}::uuid AND e.record_id = r.id`,
  );
  const pages = newestFirst(records, (recordId, { at, id }, take) =>
    source.db.rows<EventRow & TimedRow>(hot`/* export.page_views */
      SELECT 'pageView' AS kind, e.id, 'page' AS name,
        jsonb_build_object('url', e.url, 'title', e.title, 'page', e.page, 'referrer', e.referrer) AS properties,
        e.timestamp, e.timestamp AS at, e.received_at, e.session_id, e.source
      FROM page_view e
      WHERE e.workspace_id = ${workspaceId}::uuid AND e.record_id = ${recordId}::uuid
        AND (e.timestamp, e.id) < (${at}::timestamptz, ${id}::uuid)
      ORDER BY e.timestamp DESC, e.id DESC
      LIMIT ${take}`),
  );
  yield* mapped(pages, toEvent);
}

/** Sessions, without the pages, which are exported beside them. */
export async function* exportedSessions(person: Person): AsyncGenerator<ExportedSession[]> {
  const { source, workspaceId, now } = person;
  const records = await recordsWith(
    person,
    sql`/* export.with_sessions */`,
    sql`session s WHERE s.workspace_id = ${workspaceId}::uuid AND s.record_id = r.id`,
  );
  const pages = newestFirst(records, (recordId, { at, id }, take) =>
    source.db.rows<SessionRow & TimedRow & { client_id: string }>(hot`/* export.sessions */
      SELECT s.id, s.client_id, s.started_at, s.started_at AS at, s.last_activity_at, s.ended_at, s.page_view_count,
        s.landing_url, s.referrer, s.utm, NULL AS pages
      FROM session s
      WHERE s.workspace_id = ${workspaceId}::uuid AND s.record_id = ${recordId}::uuid
        AND (s.started_at, s.id) < (${at}::timestamptz, ${id}::uuid)
      ORDER BY s.started_at DESC, s.id DESC
      LIMIT ${take}`),
  );
  yield* mapped(pages, (row) => {
    const { pages: _pages, id, ...session } = toSession(row, now);
    return { id, clientId: row.client_id, ...session };
  });
}
