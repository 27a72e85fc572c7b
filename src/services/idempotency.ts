/**
 * Writes that a caller may repeat without repeating them: what an Idempotency-Key answered is kept for a day. The key
 * is claimed before the work and the answer stored behind it, so a crash in between leaves a claim that is taken over.
 */
import { createHmac } from 'node:crypto';
import type { Context } from '../context.ts';
import { Conflict, Invalid } from '../errors.ts';
import { fromWire } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { IDEMPOTENCY_CLAIM_MS, IDEMPOTENCY_MS } from '../limits.ts';
import { canonicalJson } from './canonical-json.ts';

/** The first request with this key is not answered yet. */
export class IdempotencyInProgress extends Conflict {
  readonly code = 'idempotency_in_progress';
  override readonly retryAfter = 1;
}

/** The key came with another request before. */
export class IdempotencyKeyReused extends Invalid {
  override readonly code = 'idempotency_key_reused';
}

/** An answer as it is kept. `body` is null when there was none. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A key that was claimed: answered or given back by whoever claimed it. */
export interface Claim {
  readonly hash: Buffer;
  readonly claimedAt: string;
}

interface Row {
  readonly request_hash: Uint8Array;
  readonly status: number | null;
  readonly body: unknown;
  readonly headers: Record<string, string> | null;
}

/**
 * Claims a key for a request.
 *
 * @param request all that makes it this request: JSON. @param outlivesErasure its answer holds nothing of a visitor's.
 * @returns what is to be answered again, or the claim when the request is to be carried out.
 * @throws {IdempotencyInProgress} @throws {IdempotencyKeyReused}
 */
export async function claimKey(
  ctx: Context,
  key: string,
  request: unknown,
  outlivesErasure = false,
): Promise<StoredAnswer | Claim> {
  const hash = keyedHash(ctx, 'key', key);
  const requestHash = keyedHash(ctx, 'request', canonicalJson(request));
  const now = ctx.clock.now().getTime();
  const claimedAt = iso(now);
  const [endOfDay, endOfClaim] = [iso(now - IDEMPOTENCY_MS), iso(now - IDEMPOTENCY_CLAIM_MS)];
  const { workspaceId } = ctx.caller;
  await ctx.db.run(hot`/* idempotency.expire */
    DELETE FROM idempotency WHERE workspace_id = ${workspaceId}::uuid AND created_at <= ${endOfDay}::timestamptz`);
  const claimed = await ctx.db.run(hot`/* idempotency.claim */
    INSERT INTO idempotency AS i (workspace_id, key_id, hash, request_hash, created_at, outlives_erasure)
    VALUES (${workspaceId}::uuid, ${keyId(ctx)}::uuid, ${hash}::bytea, ${requestHash}::bytea,
      ${claimedAt}::timestamptz, ${outlivesErasure}::boolean)
    ON CONFLICT (workspace_id, key_id, hash) DO UPDATE SET created_at = excluded.created_at
    WHERE i.status IS NULL AND i.request_hash = excluded.request_hash AND i.created_at <= ${endOfClaim}::timestamptz`);
  if (claimed === 1) return { hash, claimedAt };
  const [row] = await ctx.db.rows<Row>(hot`/* idempotency.find */
    SELECT request_hash, status, body, headers FROM idempotency
    WHERE workspace_id = ${workspaceId}::uuid AND key_id = ${keyId(ctx)}::uuid AND hash = ${hash}::bytea`);
  if (row && !requestHash.equals(row.request_hash)) {
    throw new IdempotencyKeyReused('This Idempotency-Key was sent with another request. Make a new one for each.');
  }
  // A row that is gone by now was given back at this moment.
  if (!row || row.status === null) throw new IdempotencyInProgress('The first request with this key is still running.');
  return { status: row.status, body: row.body, headers: row.headers ?? {} };
}

/** Keeps the answer for repeats, unless the claim was taken over. A refusal repeats what was asked for, so none outlives an erasure. */
export async function storeAnswer(ctx: Context, { hash, claimedAt }: Claim, answer: StoredAnswer): Promise<void> {
  const body = answer.body === null ? null : JSON.stringify(answer.body);
  await ctx.db.run(hot`/* idempotency.store */
    UPDATE idempotency SET status = ${answer.status}::int, body = ${body}::jsonb,
      headers = ${JSON.stringify(answer.headers)}::jsonb,
      outlives_erasure = outlives_erasure AND ${answer.status < 400}::boolean
    WHERE workspace_id = ${ctx.caller.workspaceId}::uuid AND key_id = ${keyId(ctx)}::uuid AND hash = ${hash}::bytea
      AND created_at = ${claimedAt}::timestamptz AND status IS NULL`);
}

/** Frees the key: the request came to nothing and may be repeated. */
export async function releaseKey(ctx: Context, { hash, claimedAt }: Claim): Promise<void> {
  await ctx.db.run(hot`/* idempotency.release */
    DELETE FROM idempotency
    WHERE workspace_id = ${ctx.caller.workspaceId}::uuid AND key_id = ${keyId(ctx)}::uuid AND hash = ${hash}::bytea
      AND created_at = ${claimedAt}::timestamptz AND status IS NULL`);
}

function keyId({ caller }: Context): string | null {
  return fromWire('key', caller.by.keyId);
}

/** Kept as hashes: a key may be made of what is sent with it. */
function keyedHash({ caller }: Context, kind: 'key' | 'request', text: string): Buffer {
  return createHmac('sha256', caller.hashKey).update(`\0idempotency\0${kind}\0${text}`).digest();
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
