/** Counters and seen times: what a batch of items adds to records and to the profiles above them. */
import { isoTime } from '../clock.ts';
import type { Uuid } from '../ids.ts';
import { hot, plainArray } from '../infra/sql.ts';
import { errorCode } from '../infra/transaction.ts';
import type { Work } from './work.ts';

/** What one batch adds to one record or profile. Times in milliseconds since 1970. */
export interface Activity {
  readonly id: Uuid;
  events: number;
  pageViews: number;
  sessions: number;
  firstSeenAt: number;
  lastSeenAt: number;
}

/**
 * A record, or the profile above it, is not where it was when this transaction looked: the transaction must be repeated
 * from the start.
 */
export class RecordGone extends Error {}

const DIVISION_BY_ZERO = '22012';

/** True for what says so, whoever found it: this process, or `addActivity` in the database. */
export function isRecordGone(thrown: unknown): boolean {
  return thrown instanceof RecordGone || errorCode(thrown) === DIVISION_BY_ZERO;
}

/**
 * Adds to records and to the profiles above them, in one statement that takes its locks in our order: records by id,
 * then activities of profiles by id. Which profile is above a record is read behind the record's lock.
 *
 * When a record is gone or receives nothing any more, or its survivor came to be after this statement began, it divides by zero: nobody has to look
 * at its answer before COMMIT is sent (`isRecordGone` knows the error).
 *
 * @returns the survivor above each record.
 */
export async function addActivity(work: Work, activities: readonly Activity[]): Promise<Map<Uuid, Uuid>> {
  const rows = await work.tx.rows<{ id: Uuid; canonical_id: Uuid }>(hot`/* activity.add */
    WITH added AS MATERIALIZED (
      SELECT * FROM unnest(
        ${plainArray(activities.map((each) => each.id))}::uuid[],
        ${plainArray(activities.map((each) => each.events))}::int[],
        ${plainArray(activities.map((each) => each.pageViews))}::int[],
        ${plainArray(activities.map((each) => each.sessions))}::int[],
        ${plainArray(activities.map((each) => isoTime(each.firstSeenAt)))}::timestamptz[],
        ${plainArray(activities.map((each) => isoTime(each.lastSeenAt)))}::timestamptz[]
      ) AS a(id, events, page_views, sessions, first_seen, last_seen)
    ), locked AS MATERIALIZED (
      SELECT r.id FROM record r
      WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = ANY(${plainArray(activities.map((each) => each.id))}::uuid[])
        AND r.erased_at IS NULL AND r.anonymized_at IS NULL
      ORDER BY r.id
      FOR NO KEY UPDATE
    ), records AS (
      UPDATE record r SET
        event_count = r.event_count + a.events,
        page_view_count = r.page_view_count + a.page_views,
        session_count = r.session_count + a.sessions,
        first_seen_at = least(r.first_seen_at, a.first_seen),
        last_seen_at = greatest(r.last_seen_at, a.last_seen)
      FROM locked JOIN added a ON a.id = locked.id
      WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = locked.id
      RETURNING r.id, r.canonical_id, a.events, a.page_views, a.sessions, a.first_seen, a.last_seen
    ), sums AS MATERIALIZED (
      SELECT canonical_id AS id, sum(events)::int AS events, sum(page_views)::int AS page_views,
        sum(sessions)::int AS sessions, min(first_seen) AS first_seen, max(last_seen) AS last_seen
      FROM records
      GROUP BY canonical_id
    ), locked_profiles AS MATERIALIZED (
      SELECT p.id FROM profile_activity p
      WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.id = ANY(ARRAY(SELECT id FROM sums))
      ORDER BY p.id
      FOR NO KEY UPDATE
    ), profiles AS (
      UPDATE profile_activity p SET
        event_count = p.event_count + s.events,
        page_view_count = p.page_view_count + s.page_views,
        session_count = p.session_count + s.sessions,
        event_count_log2 = floor(ln((p.event_count + s.events + 1)::float8) / ln(2::float8)),
        session_count_log2 = floor(ln((p.session_count + s.sessions + 1)::float8) / ln(2::float8)),
        first_seen_at = least(p.first_seen_at, s.first_seen),
        last_seen_at = greatest(p.last_seen_at, s.last_seen),
        last_seen_minute = date_trunc('minute', greatest(p.last_seen_at, s.last_seen))
      FROM locked_profiles l JOIN sums s ON s.id = l.id
      WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.id = l.id
      RETURNING p.id
    )
    SELECT id, canonical_id FROM records
    WHERE 1 / (
      (SELECT count(*) FROM records) = ${activities.length}::int
      AND (SELECT count(*) FROM profiles) = (SELECT count(*) FROM sums)
    )::int = 1`);
  return new Map(rows.map((row) => [row.id, row.canonical_id]));
}
