/** Sessions as they are kept: folds of their items, so that late, repeated and reordered items end the same. */

import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import type { Item } from '../ingest/item.ts';
import { HEARTBEAT_GRAIN_MS } from '../limits.ts';
import type { Work } from './work.ts';

/** Where a visit began: the page view (or start) with the least (timestamp, message hash). */
interface Landing {
  readonly at: number;
  readonly messageHash: string;
  readonly url: string | null;
  readonly referrer: string | null;
  readonly utm: Readonly<Record<string, string>> | null;
}

/** What one batch says about one session. */
interface SessionFold {
  readonly recordId: Uuid;
  readonly clientId: string;
  startedAt: number;
  lastActivityAt: number;
  endedAt: number | null;
  pageViews: number;
  landing: Landing | null;
}

/** Collects the session items of a batch, and every other item that names a session. */
export class SessionFolds {
  readonly #folds = new Map<string, SessionFold>();

  get size(): number {
    return this.#folds.size;
  }

  add(recordId: Uuid, item: Item & { sessionId: string }): void {
    const at = item.timestamp;
    const key = sessionKey(recordId, item.sessionId);
    const fold = this.#folds.get(key) ?? newFold(recordId, item);
    this.#folds.set(key, fold);
    fold.startedAt = Math.min(fold.startedAt, at);
    fold.lastActivityAt = Math.max(fold.lastActivityAt, activeAt(item));
    if (item.type === 'session' && item.action === 'end') fold.endedAt = Math.max(fold.endedAt ?? at, at);
    if (item.type === 'page') fold.pageViews++;
    const landing = landingOf(item);
    if (landing && isEarlier(landing, fold.landing)) fold.landing = landing;
  }

  /**
   * Writes the folds. The records are locked, so nobody else makes a session under them.
   *
   * @returns session ids by `sessionKey`, and how many sessions each record got that it had not before.
   */
  async write(work: Work): Promise<{ ids: Map<string, Uuid>; created: Map<Uuid, number> }> {
    const folds = [...this.#folds.values()];
    const ids = await findSessions(work, folds);
    const created = new Map<Uuid, number>();
    const rows = folds.map((fold) => {
      const key = sessionKey(fold.recordId, fold.clientId);
      const known = ids.get(key);
      const id = known ?? work.ids.uuid();
      if (!known) created.set(fold.recordId, (created.get(fold.recordId) ?? 0) + 1);
      ids.set(key, id);
      return row(id, fold);
    });
    await upsert(work, rows);
    return { ids, created };
  }
}

/** A map key for a session of a record. */
export function sessionKey(recordId: Uuid, clientId: string): string {
  return `${recordId} ${clientId}`;
}

/**
 * Until when an item shows activity. Heartbeats count to the minute, so that a minute of them is one write; whoever
 * was seen by nothing but a heartbeat was seen last a little before being seen first, which readers mend.
 */
export function activeAt(item: Item): number {
  const isHeartbeat = item.type === 'session' && item.action === 'heartbeat';
  return isHeartbeat ? item.timestamp - (item.timestamp % HEARTBEAT_GRAIN_MS) : item.timestamp;
}

function newFold(recordId: Uuid, item: Item & { sessionId: string }): SessionFold {
  const [clientId, startedAt, lastActivityAt] = [item.sessionId, item.timestamp, activeAt(item)];
  return { recordId, clientId, startedAt, lastActivityAt, endedAt: null, pageViews: 0, landing: null };
}

function landingOf(item: Item): Landing | null {
  const { timestamp: at, messageHash } = item;
  if (item.type === 'page') {
    return { at, messageHash, url: item.url, referrer: item.referrer ?? null, utm: item.utm ?? null };
  }
  if (item.type !== 'session' || item.action !== 'start' || !(item.page ?? item.referrer)) return null;
  return { at, messageHash, url: item.page ?? null, referrer: item.referrer ?? null, utm: null };
}

function isEarlier(left: Landing, right: Landing | null): boolean {
  if (right === null || left.at !== right.at) return right === null || left.at < right.at;
  return left.messageHash < right.messageHash;
}

function row(id: Uuid, { recordId, clientId, startedAt, lastActivityAt, endedAt, pageViews, landing }: SessionFold) {
  return {
    id,
    record_id: recordId,
    client_id: clientId,
    started_at: new Date(startedAt),
    last_activity_at: new Date(lastActivityAt),
    ended_at: endedAt === null ? null : new Date(endedAt),
    page_view_count: pageViews,
    landing_at: landing && new Date(landing.at),
    landing_message: landing?.messageHash,
    landing_url: landing?.url,
    referrer: landing?.referrer,
    utm: landing?.utm,
  };
}

async function findSessions(work: Work, folds: readonly SessionFold[]): Promise<Map<string, Uuid>> {
  const rows = await work.tx.rows<{ id: Uuid; record_id: Uuid; client_id: string }>(hot`/* session.find */
    SELECT s.id, s.record_id, s.client_id
    FROM unnest(${folds.map((each) => each.recordId)}::uuid[], ${folds.map((each) => each.clientId)}::text[])
      AS w(record_id, client_id)
    JOIN session s ON s.workspace_id = ${work.workspaceId}::uuid AND s.record_id = w.record_id
      AND s.client_id = w.client_id`);
  return new Map(rows.map((found) => [sessionKey(found.record_id, found.client_id), found.id]));
}

async function upsert(work: Work, rows: readonly ReturnType<typeof row>[]): Promise<void> {
  await work.tx.run(hot`/* session.write */
    INSERT INTO session AS s (workspace_id, id, record_id, client_id, started_at, last_activity_at, ended_at,
      page_view_count, landing_at, landing_message, landing_url, referrer, utm)
    SELECT ${work.workspaceId}::uuid, id, record_id, client_id, started_at, last_activity_at, ended_at,
      page_view_count, landing_at, landing_message, landing_url, referrer, utm
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS n(id uuid, record_id uuid, client_id text,
      started_at timestamptz, last_activity_at timestamptz, ended_at timestamptz, page_view_count int,
      landing_at timestamptz, landing_message text, landing_url text, referrer text, utm jsonb)
    ON CONFLICT (workspace_id, record_id, client_id) DO UPDATE SET
      started_at = least(s.started_at, excluded.started_at),
      last_activity_at = greatest(s.last_activity_at, excluded.last_activity_at),
      ended_at = greatest(s.ended_at, excluded.ended_at),
      page_view_count = s.page_view_count + excluded.page_view_count,
      (landing_at, landing_message, landing_url, referrer, utm) = (
        SELECT l.at, l.message, l.url, l.referrer, l.utm
        FROM (VALUES
          (s.landing_at, s.landing_message, s.landing_url, s.referrer, s.utm),
          (excluded.landing_at, excluded.landing_message, excluded.landing_url, excluded.referrer, excluded.utm)
        ) AS l(at, message, url, referrer, utm)
        ORDER BY l.at, l.message
        LIMIT 1
      )`);
}
