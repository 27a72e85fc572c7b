/** Writes what happened: events and page views, under the record that received them, for good. */
import { isoTime } from '../clock.ts';
import type { PageViewItem, Track } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { hot, plainArray } from '../infra/sql.ts';
import type { Work } from '../services/work.ts';

/** An item with the record and session it belongs to. */
export interface Placed<Kind> {
  /** Of the row. */
  readonly id: Uuid;
  readonly item: Kind;
  readonly recordId: Uuid;
  readonly sessionId: Uuid | null;
}

/** Stores tracked events. */
export async function insertEvents(work: Work, events: readonly Placed<Track>[]): Promise<void> {
  if (events.length === 0) return;
  await work.tx.run(hot`/* event.insert */
    INSERT INTO event (workspace_id, id, record_id, session_id, name, properties, timestamp, received_at, source)
    SELECT ${work.workspaceId}::uuid, id, record_id, session_id, name, properties, timestamp, received_at, source
    FROM unnest(
      ${plainArray(events.map((each) => each.id))}::uuid[],
      ${plainArray(events.map((each) => each.recordId))}::uuid[],
      ${plainArray(events.map((each) => each.sessionId))}::uuid[],
      ${events.map((each) => each.item.name)}::text[],
      ${events.map((each) => each.item.properties)}::jsonb[],
      ${plainArray(events.map((each) => isoTime(each.item.timestamp)))}::timestamptz[],
      ${plainArray(events.map((each) => isoTime(each.item.receivedAt)))}::timestamptz[],
      ${plainArray(events.map((each) => each.item.source))}::text[]
    ) AS n(id, record_id, session_id, name, properties, timestamp, received_at, source)`);
}

/** Stores page views. */
export async function insertPageViews(work: Work, pageViews: readonly Placed<PageViewItem>[]): Promise<void> {
  if (pageViews.length === 0) return;
  await work.tx.run(hot`/* page_view.insert */
    INSERT INTO page_view (workspace_id, id, record_id, session_id, url, page, title, referrer, timestamp, received_at,
      source)
    SELECT ${work.workspaceId}::uuid, id, record_id, session_id, url, page, title, referrer, timestamp, received_at,
      source
    FROM unnest(
      ${plainArray(pageViews.map((each) => each.id))}::uuid[],
      ${plainArray(pageViews.map((each) => each.recordId))}::uuid[],
      ${plainArray(pageViews.map((each) => each.sessionId))}::uuid[],
      ${pageViews.map((each) => each.item.url)}::text[],
      ${pageViews.map((each) => each.item.page ?? null)}::text[],
      ${pageViews.map((each) => each.item.title ?? null)}::text[],
      ${pageViews.map((each) => each.item.referrer ?? null)}::text[],
      ${plainArray(pageViews.map((each) => isoTime(each.item.timestamp)))}::timestamptz[],
      ${plainArray(pageViews.map((each) => isoTime(each.item.receivedAt)))}::timestamptz[],
      ${plainArray(pageViews.map((each) => each.item.source))}::text[]
    ) AS n(id, record_id, session_id, url, page, title, referrer, timestamp, received_at, source)`);
}
