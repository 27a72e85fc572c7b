/** Drops what nobody will ask for again: ids of old messages, kept answers, links of exports. */
import type { RetentionRule } from '../context.ts';
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { IDEMPOTENCY_MS, MESSAGE_ID_DAYS, SWEEP_CHUNK_ROWS } from '../limits.ts';
import { keptSince, readRetention } from './retention-rule.ts';
import type { WorkSource } from './work.ts';

type Source = Pick<WorkSource, 'db' | 'clock'>;

/** A day is what the ids are dated by, in the time zone of whoever wrote them: one more is on the safe side. */
const DATE_GRAIN_DAYS = 1;

/**
 * Drops the message ids of a workspace that no stored row stands behind any more: received longer ago than
 * `MESSAGE_ID_DAYS` and than every kind of history is kept. While one is kept for ever, all of them are.
 *
 * @returns how many went.
 */
export async function dropMessageIds({ db, clock }: Source, workspaceId: Uuid, signal: AbortSignal): Promise<number> {
  const days = longestKept(await readRetention(db, workspaceId));
  if (days === null) return 0;
  const before = new Date(keptSince(days + DATE_GRAIN_DAYS, clock.now().getTime())).toISOString().slice(0, 10);
  let total = 0;
  for (let after: Uint8Array | undefined = new Uint8Array(); after && !signal.aborted; ) {
    const rows: { hash: Uint8Array }[] = await db.rows(sql`/* message_id.drop_old */
      DELETE FROM message_id m USING (
        SELECT hash FROM message_id
        WHERE workspace_id = ${workspaceId}::uuid AND hash > ${after}::bytea AND received_on < ${before}::date
        ORDER BY hash
        LIMIT ${SWEEP_CHUNK_ROWS}::int
        FOR UPDATE
      ) old
      WHERE m.workspace_id = ${workspaceId}::uuid AND m.hash = old.hash
      RETURNING m.hash`);
    total += rows.length;
    after = rows.length < SWEEP_CHUNK_ROWS ? undefined : latest(rows);
  }
  return total;
}

/** Drops answers no repeat is given any more. @returns how many went. */
export function dropAnswers({ db, clock }: Source, workspaceId: Uuid): Promise<number> {
  const before = new Date(clock.now().getTime() - IDEMPOTENCY_MS).toISOString();
  return db.run(sql`/* idempotency.drop_old */
    DELETE FROM idempotency WHERE workspace_id = ${workspaceId}::uuid AND created_at <= ${before}::timestamptz`);
}

/** Ends links of exports that were not used in time; who exported what, and when, stays. @returns how many ended. */
export function endExportLinks({ db, clock }: Source, workspaceId: Uuid): Promise<number> {
  const now = clock.now().toISOString();
  return db.run(sql`/* visitor_export.end_links */
    UPDATE visitor_export SET link_hash = NULL
    WHERE workspace_id = ${workspaceId}::uuid AND link_hash IS NOT NULL AND expires_at <= ${now}::timestamptz`);
}

function longestKept({ events, pageViews, sessions }: Readonly<Record<keyof RetentionRule, number | null>>) {
  if (events === null || pageViews === null || sessions === null) return null;
  return Math.max(MESSAGE_ID_DAYS, events, pageViews, sessions);
}

function latest(rows: readonly { readonly hash: Uint8Array }[]): Uint8Array | undefined {
  return rows
    .map(({ hash }) => hash)
    .sort(Buffer.compare)
    .at(-1);
}
