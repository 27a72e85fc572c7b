/** Receipts of deletions: each holds the hash of the one before, so that none can be changed or left out unnoticed. */
import { createHash } from 'node:crypto';
import { type Context, requireScope } from '../context.ts';
import type { ChainVerification, ErasedCounts, Receipt, VerifyBody } from '../contract/privacy.ts';
import { toWire, type Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Work } from './work.ts';

/** Receipts that are read at once while a chain is verified. */
const RECEIPTS_AT_ONCE = 1000;

/** A row of `erasure` that is done. */
export interface ReceiptRow {
  readonly id: Uuid;
  readonly deleted_at: Date;
  readonly counts: ErasedCounts;
  readonly identifier_hashes: string[];
  readonly position: number;
  readonly previous_hash: string | null;
  readonly hash: string;
}

/** The shape callers see. */
export function toReceipt(row: ReceiptRow): Receipt {
  return { ...unsigned(row), hash: row.hash };
}

/** SHA-256 over the canonical JSON (keys sorted at every level, no spaces) of a receipt without its own hash, as hex. */
export function receiptHash(receipt: Omit<Receipt, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(receipt)).digest('hex');
}

/**
 * Closes a deletion: gives it the next place in the chain. The caller holds the identity row, so chains do not fork.
 *
 * @param row as it is, its history gone.
 */
export async function signReceipt(
  work: Work,
  row: Pick<ReceiptRow, 'id' | 'deleted_at' | 'counts' | 'identifier_hashes'>,
): Promise<void> {
  const [last] = await work.tx.rows<{ position: number; hash: string }>(hot`/* erasure.last */
    SELECT position, hash FROM erasure
    WHERE workspace_id = ${work.workspaceId}::uuid AND position IS NOT NULL
    ORDER BY position DESC
    LIMIT 1`);
  const previousHash = last?.hash ?? null;
  const hash = receiptHash(unsigned({ ...row, previous_hash: previousHash }));
  await work.tx.run(hot`/* erasure.sign */
    UPDATE erasure SET status = 'done', done = total, record_ids = '{}', position = ${(last?.position ?? 0) + 1}::int,
      previous_hash = ${previousHash}::text, hash = ${hash}
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ${row.id}::uuid`);
}

/**
 * Goes through the whole chain; with a receipt also says whether it is in it, unchanged.
 *
 * @throws {Forbidden} without `privacy:write`.
 */
export async function verifyErasures(ctx: Context, { receipt }: VerifyBody): Promise<ChainVerification> {
  requireScope(ctx.caller, 'privacy:write');
  let [length, previousHash] = [0, null as string | null];
  let brokenAt: string | undefined;
  let isFound = receipt === undefined;
  for (let after = 0, rows = await readChain(ctx, after); rows.length > 0; rows = await readChain(ctx, after)) {
    for (const row of rows) {
      length += 1;
      after = row.position;
      const kept = toReceipt(row);
      const { hash, ...signed } = kept;
      const isWhole = row.position === length && row.previous_hash === previousHash && receiptHash(signed) === hash;
      if (!isWhole) brokenAt ??= kept.id;
      if (kept.id === receipt?.id) isFound = canonicalJson(kept) === canonicalJson(receipt);
      previousHash = hash;
    }
  }
  if (!isFound) brokenAt ??= receipt?.id;
  return { valid: brokenAt === undefined, length, ...(brokenAt !== undefined && { brokenAt }) };
}

function readChain({ db, caller }: Context, after: number): Promise<ReceiptRow[]> {
  return db.rows<ReceiptRow>(hot`/* erasure.chain */
    SELECT id, deleted_at, counts, identifier_hashes, position, previous_hash, hash FROM erasure
    WHERE workspace_id = ${caller.workspaceId}::uuid AND position > ${after}::int
    ORDER BY position
    LIMIT ${RECEIPTS_AT_ONCE}`);
}

function unsigned(
  row: Pick<ReceiptRow, 'id' | 'deleted_at' | 'counts' | 'identifier_hashes' | 'previous_hash'>,
): Omit<Receipt, 'hash'> {
  return {
    id: toWire('erasure', row.id),
    deletedAt: row.deleted_at.toISOString(),
    counts: row.counts,
    identifierHashes: row.identifier_hashes,
    previousHash: row.previous_hash,
  };
}
