/** Exactly once: which messages of a batch were never stored before. */
import { hot, plainArray } from '../infra/sql.ts';
import { isTaken } from '../infra/transaction.ts';
import type { Work } from '../services/work.ts';

/**
 * Remembers message hashes that are taken for new. Comes before anything else is locked, like `rememberNew`, but
 * nobody has to wait for its answer: when one of them was stored before, it ends the transaction with an error
 * that `isRepeated` knows.
 */
export async function rememberAll(work: Work, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  await work.tx.run(hot`/* message_id.remember */
    INSERT INTO message_id (workspace_id, hash, received_on)
    SELECT ${work.workspaceId}::uuid, decode(hash, 'hex'), ${work.now.toISOString()}::timestamptz::date
    FROM unnest(${plainArray(inOrder(hashes))}::text[]) AS n(hash)`);
}

/** True for what `rememberAll` throws when a message was stored before. */
export function isRepeated(thrown: unknown): boolean {
  return isTaken(thrown, 'message_id_pkey');
}

/**
 * Remembers message hashes; must come before anything else is locked. Two transactions with the same message meet
 * here: the second waits for the first and then finds it a duplicate.
 *
 * @returns the hashes that are new with this transaction.
 */
export async function rememberNew(work: Work, hashes: readonly string[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await work.tx.rows<{ hash: string }>(hot`/* message_id.remember_new */
    INSERT INTO message_id (workspace_id, hash, received_on)
    SELECT ${work.workspaceId}::uuid, decode(hash, 'hex'), ${work.now.toISOString()}::timestamptz::date
    FROM unnest(${plainArray(inOrder(hashes))}::text[]) AS n(hash)
    ON CONFLICT DO NOTHING
    RETURNING encode(hash, 'hex') AS hash`);
  return new Set(rows.map((row) => row.hash));
}

/** Two transactions that remember the same messages must come to them in the same order. */
function inOrder(hashes: readonly string[]): string[] {
  return [...hashes].sort();
}
