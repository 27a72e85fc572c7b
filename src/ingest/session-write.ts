/** Sessions as they are kept: folds of their items, so that late, repeated and reordered items end the same. */
import type { Item, PageViewItem, SessionItem } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { HEARTBEAT_GRAIN_MS } from '../limits.ts';
import type { Work } from '../services/work.ts';
import { isHeartbeat } from './heartbeat.ts';

/** A value that was first said by the item with the least (timestamp, message hash). */
interface First<Value> {
  readonly at: number;
  readonly messageHash: string;
  readonly value: Value;
}

/** What one batch says about one session. */
interface SessionFold {
  readonly recordId: Uuid;
  readonly clientId: string;
  startedAt: number;
  lastActivityAt: number;
  endedAt: number | null;
  pageViews: number;
  // Each for itself: browsers say where a visit came from with its start, or with its first page, or in parts.
  landing: First<string> | null;
  referrer: First<string> | null;
  utm: First<Readonly<Record<string, string>>> | null;
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
    if (item.type !== 'page' && !(item.type === 'session' && item.action === 'start')) return;
    fold.landing = first(fold.landing, item, item.type === 'page' ? item.url : item.page);
    fold.referrer = first(fold.referrer, item, outsideReferrer(item));
    fold.utm = first(fold.utm, item, item.utm);
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
  return isHeartbeat(item) ? item.timestamp - (item.timestamp % HEARTBEAT_GRAIN_MS) : item.timestamp;
}

function newFold(recordId: Uuid, item: Item & { sessionId: string }): SessionFold {
  const [clientId, startedAt, lastActivityAt] = [item.sessionId, item.timestamp, activeAt(item)];
  const nothing = { endedAt: null, pageViews: 0, landing: null, referrer: null, utm: null };
  return { recordId, clientId, startedAt, lastActivityAt, ...nothing };
}

function first<Value>(known: First<Value> | null, item: Item, value: Value | undefined): First<Value> | null {
  const { timestamp: at, messageHash } = item;
  if (value === undefined) return known;
  if (known && (known.at < at || (known.at === at && known.messageHash < messageHash))) return known;
  return { at, messageHash, value };
}

/** A page's referrer, unless it is the page before on the same site: that is not where the visit came from. */
function outsideReferrer(item: PageViewItem | SessionItem): string | undefined {
  const { referrer } = item;
  const page = item.type === 'page' ? item.url : item.page;
  if (!referrer || !page || !URL.canParse(page)) return referrer;
  return new URL(page).host === new URL(referrer).host ? undefined : referrer;
}

function row(id: Uuid, fold: SessionFold) {
  const { recordId, clientId, startedAt, lastActivityAt, endedAt, pageViews, landing, referrer, utm } = fold;
  return {
    id,
    record_id: recordId,
    client_id: clientId,
    started_at: new Date(startedAt),
    last_activity_at: new Date(lastActivityAt),
    ended_at: endedAt === null ? null : new Date(endedAt),
    page_view_count: pageViews,
    landing_url: landing?.value,
    landing_at: landing && new Date(landing.at),
    landing_message: landing?.messageHash,
    referrer: referrer?.value,
    referrer_at: referrer && new Date(referrer.at),
    referrer_message: referrer?.messageHash,
    utm: utm?.value,
    utm_at: utm && new Date(utm.at),
    utm_message: utm?.messageHash,
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
      page_view_count, landing_url, landing_at, landing_message, referrer, referrer_at, referrer_message, utm, utm_at,
      utm_message)
    SELECT ${work.workspaceId}::uuid, id, record_id, client_id, started_at, last_activity_at, ended_at,
      page_view_count, landing_url, landing_at, landing_message, referrer, referrer_at, referrer_message, utm, utm_at,
      utm_message
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS n(id uuid, record_id uuid, client_id text,
      started_at timestamptz, last_activity_at timestamptz, ended_at timestamptz, page_view_count int,
      landing_url text, landing_at timestamptz, landing_message text, referrer text, referrer_at timestamptz,
      referrer_message text, utm jsonb, utm_at timestamptz, utm_message text)
    ON CONFLICT (workspace_id, record_id, client_id) DO UPDATE SET
      started_at = least(s.started_at, excluded.started_at),
      last_activity_at = greatest(s.last_activity_at, excluded.last_activity_at),
      ended_at = greatest(s.ended_at, excluded.ended_at),
      page_view_count = s.page_view_count + excluded.page_view_count,
      (landing_url, landing_at, landing_message) = (
        SELECT f.* FROM (VALUES
          (s.landing_url, s.landing_at, s.landing_message),
          (excluded.landing_url, excluded.landing_at, excluded.landing_message)
        ) AS f(value, at, message) ORDER BY f.at, f.message LIMIT 1
      ),
      (referrer, referrer_at, referrer_message) = (
        SELECT f.* FROM (VALUES
          (s.referrer, s.referrer_at, s.referrer_message),
          (excluded.referrer, excluded.referrer_at, excluded.referrer_message)
        ) AS f(value, at, message) ORDER BY f.at, f.message LIMIT 1
      ),
      (utm, utm_at, utm_message) = (
        SELECT f.* FROM (VALUES
          (s.utm, s.utm_at, s.utm_message),
          (excluded.utm, excluded.utm_at, excluded.utm_message)
        ) AS f(value, at, message) ORDER BY f.at, f.message LIMIT 1
      )`);
}
