/** Counters and seen times: what a batch of items adds to records and to the profiles above them. */
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
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

/** Sums activities by the id that `idOf` gives them. */
export function sumActivities(activities: Iterable<Activity>, idOf: (id: Uuid) => Uuid): Activity[] {
  const sums = new Map<Uuid, Activity>();
  for (const activity of activities) {
    const id = idOf(activity.id);
    const sum = sums.get(id);
    if (!sum) {
      sums.set(id, { ...activity, id });
      continue;
    }
    sum.events += activity.events;
    sum.pageViews += activity.pageViews;
    sum.sessions += activity.sessions;
    sum.firstSeenAt = Math.min(sum.firstSeenAt, activity.firstSeenAt);
    sum.lastSeenAt = Math.max(sum.lastSeenAt, activity.lastSeenAt);
  }
  return [...sums.values()];
}

/** Adds to records, which the caller has locked. */
export async function addToRecords(work: Work, activities: readonly Activity[]): Promise<void> {
  const [ids, events, pageViews, sessions, first, last] = columns(activities);
  await work.tx.run(hot`/* record.add_activity */
    UPDATE record r SET
      event_count = r.event_count + a.events,
      page_view_count = r.page_view_count + a.page_views,
      session_count = r.session_count + a.sessions,
      first_seen_at = least(r.first_seen_at, a.first_seen),
      last_seen_at = greatest(r.last_seen_at, a.last_seen)
    FROM unnest(${ids}::uuid[], ${events}::int[], ${pageViews}::int[], ${sessions}::int[],
      ${first}::timestamptz[], ${last}::timestamptz[]) AS a(id, events, page_views, sessions, first_seen, last_seen)
    WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = a.id`);
}

/** Locks profiles by id and adds to them. Their survivors' records, or one below, are locked by the caller. */
export async function addToProfiles(work: Work, activities: readonly Activity[]): Promise<void> {
  const [ids, events, pageViews, sessions, first, last] = columns(activities);
  const touched = await work.tx.run(hot`/* profile.add_activity */
    WITH locked AS MATERIALIZED (
      SELECT id FROM profile
      WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${ids}::uuid[])
      ORDER BY id
      FOR NO KEY UPDATE
    )
    UPDATE profile p SET
      event_count = p.event_count + a.events,
      page_view_count = p.page_view_count + a.page_views,
      session_count = p.session_count + a.sessions,
      event_count_log2 = floor(ln((p.event_count + a.events + 1)::float8) / ln(2::float8)),
      session_count_log2 = floor(ln((p.session_count + a.sessions + 1)::float8) / ln(2::float8)),
      first_seen_at = least(p.first_seen_at, a.first_seen),
      last_seen_at = greatest(p.last_seen_at, a.last_seen),
      last_seen_minute = date_trunc('minute', greatest(p.last_seen_at, a.last_seen))
    FROM unnest(${ids}::uuid[], ${events}::int[], ${pageViews}::int[], ${sessions}::int[],
      ${first}::timestamptz[], ${last}::timestamptz[]) AS a(id, events, page_views, sessions, first_seen, last_seen)
    JOIN locked ON locked.id = a.id
    WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.id = a.id`);
  if (touched !== activities.length) throw new Error('A survivor has no profile.');
}

function columns(activities: readonly Activity[]) {
  return [
    activities.map((each) => each.id),
    activities.map((each) => each.events),
    activities.map((each) => each.pageViews),
    activities.map((each) => each.sessions),
    activities.map((each) => new Date(each.firstSeenAt).toISOString()),
    activities.map((each) => new Date(each.lastSeenAt).toISOString()),
  ] as const;
}
