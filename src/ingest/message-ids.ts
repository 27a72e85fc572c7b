/** Exactly once: which messages of a batch were never stored before. */
import { hot } from '../infra/sql.ts';
import type { Work } from '../services/work.ts';

/**
 * Remembers message hashes; must come before anything else is locked. Two transactions with the same message meet
 * here: the second waits for the first and then finds it a duplicate.
 *
 * @returns the hashes that are new with this transaction.
 */
export async function rememberMessages(work: Work, hashes: readonly string[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await work.tx.rows<{ hash: string }>(hot`/* message_id.remember */
    INSERT INTO message_id (workspace_id, hash, received_on)
    SELECT ${work.workspaceId}::uuid, decode(hash, 'hex'), ${work.now.toISOString()}::timestamptz::date
    FROM unnest(${[...new Set(hashes)].sort()}::text[]) AS n(hash)
    ON CONFLICT DO NOTHING
    RETURNING encode(hash, 'hex') AS hash`);
  return new Set(rows.map((row) => row.hash));
}
