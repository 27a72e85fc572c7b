/**
 * What is not stored any more: items about somebody who was deleted or anonymized, dated until then. Remembered as
 * keyed hashes of their identifiers, so that nothing of the person is kept for it.
 */
import type { Uuid } from '../ids.ts';
import { hot, plainArray } from '../infra/sql.ts';
import type { Work } from './work.ts';

/** Identifiers, by `identifierHash`, whose items are not stored when they are dated until then. */
export interface Suppressed {
  readonly hashes: readonly string[];
  /** The last moment that is suppressed. */
  readonly until: Date;
  /** Null when it comes from anonymizing. */
  readonly erasureId: Uuid | null;
}

/** Suppresses from this commit on. What was suppressed longer stays so. */
export async function suppress(work: Work, { hashes, until, erasureId }: Suppressed): Promise<void> {
  await work.tx.run(hot`/* suppression.create */
    INSERT INTO suppression AS s (workspace_id, hash, until, erasure_id)
    SELECT ${work.workspaceId}::uuid, decode(hash, 'hex'), ${until.toISOString()}::timestamptz, ${erasureId}::uuid
    FROM unnest(${plainArray([...new Set(hashes)].sort())}::text[]) AS n(hash)
    ON CONFLICT (workspace_id, hash) DO UPDATE SET
      erasure_id = CASE WHEN excluded.until >= s.until THEN excluded.erasure_id ELSE s.erasure_id END,
      until = greatest(s.until, excluded.until)`);
}

/** Hash → the last suppressed moment, in milliseconds since 1970; of those that are suppressed at all. */
export async function findSuppressed(work: Work, hashes: readonly string[]): Promise<Map<string, number>> {
  if (hashes.length === 0) return new Map();
  const rows = await work.tx.rows<{ hash: string; until: Date }>(hot`/* suppression.find */
    SELECT encode(s.hash, 'hex') AS hash, s.until
    FROM unnest(${plainArray(hashes)}::text[]) AS n(hash)
    JOIN suppression s ON s.workspace_id = ${work.workspaceId}::uuid AND s.hash = decode(n.hash, 'hex')`);
  return new Map(rows.map(({ hash, until }) => [hash, until.getTime()]));
}

/**
 * Makes sure, behind the insert of identifiers, that none of them was erased while it waited for its place: an erasure
 * that this transaction did not see when it looked first has committed by now. Nobody has to wait for its answer: if
 * one was, it divides by zero, as `addActivity` does (`isRecordGone` knows the error).
 *
 * @param dated hash → the earliest moment that is stored under it, in milliseconds since 1970.
 */
export async function requireUnsuppressed(work: Work, dated: ReadonlyMap<string, number>): Promise<void> {
  await work.tx.run(hot`/* suppression.require_none */
    SELECT 1 / (NOT EXISTS (
      SELECT FROM unnest(${plainArray([...dated.keys()])}::text[],
        ${plainArray([...dated.values()].map((at) => new Date(at).toISOString()))}::timestamptz[]) AS n(hash, at)
      JOIN suppression s ON s.workspace_id = ${work.workspaceId}::uuid AND s.hash = decode(n.hash, 'hex')
        AND s.until >= n.at
    ))::int`);
}
