/** Deleting a person: begins it, waits for it for a while, and answers the receipt. */
import { type Context, requireScope } from '../context.ts';
import type { DeleteQuery, DeleteReply, Erasure, ErasureProgress } from '../contract/privacy.ts';
import { NotFound } from '../errors.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { SUPPRESSED_AFTER_DELETION_MS } from '../limits.ts';
import { beginErasure, countRows } from './erasure-begin.ts';
import { type ReceiptRow, toReceipt } from './erasure-receipt.ts';
import { requireNoHold } from './legal-hold.ts';
import { findVisitor } from './visitor-ref.ts';
import { inWork } from './work.ts';

/**
 * Deletes a person and everything of every one of their records. From the first commit on nobody finds them; what takes
 * longer than a caller waits goes on by itself.
 *
 * @param ref any id of the person: `vis_…`, `user:…` or `anon:…`.
 * @returns the receipt; how far it is when it takes longer; with `dryRun` only what would be deleted.
 * @throws {Forbidden} without `privacy:write`. @throws {NotFound} @throws {OnLegalHold}
 */
export async function deleteVisitor(ctx: Context, ref: string, { dryRun }: DeleteQuery): Promise<DeleteReply> {
  requireScope(ctx.caller, 'privacy:write');
  const { workspaceId, by, hashKey } = ctx.caller;
  if (dryRun) return { counts: await preview(ctx, ref) };
  const now = () => ctx.clock.now();
  const id = await inWork(ctx, workspaceId, (work) =>
    beginErasure(work, { ref, by, hashKey, suppressedMs: SUPPRESSED_AFTER_DELETION_MS, now }),
  );
  ctx.bus.publish(workspaceId, { kind: 'relinked' });
  await ctx.erasures.carryOn({ workspaceId, id });
  const { receipt, ...erasure } = await readErasure(ctx, id);
  return receipt ? { receipt } : { erasure };
}

/** @param erasureId `era_…`. @throws {Forbidden} without `privacy:write`. @throws {NotFound} */
export async function getErasure(ctx: Context, erasureId: string): Promise<Erasure> {
  requireScope(ctx.caller, 'privacy:write');
  return readErasure(ctx, fromWire('erasure', erasureId));
}

/**
 * Lets the deleted person come back at once instead of after 30 days. What is dated until the deletion stays suppressed
 * for ever.
 *
 * @param erasureId `era_…`. @throws {Forbidden} without `privacy:write`. @throws {NotFound}
 */
export async function unsuppressErasure(ctx: Context, erasureId: string): Promise<void> {
  requireScope(ctx.caller, 'privacy:write');
  const id = fromWire('erasure', erasureId);
  await readErasure(ctx, id);
  await ctx.db.run(hot`/* suppression.end */
    UPDATE suppression s SET until = e.deleted_at
    FROM erasure e
    WHERE s.workspace_id = ${ctx.caller.workspaceId}::uuid AND s.erasure_id = ${id}::uuid
      AND e.workspace_id = s.workspace_id AND e.id = s.erasure_id`);
}

async function preview(ctx: Context, ref: string) {
  return inWork(ctx, ctx.caller.workspaceId, async ({ tx, workspaceId }) => {
    const { survivorId } = await findVisitor(tx, workspaceId, ref);
    const rows = await tx.rows<{ id: Uuid }>(hot`/* record.of_survivor */
      SELECT id FROM record WHERE workspace_id = ${workspaceId}::uuid AND canonical_id = ${survivorId}::uuid`);
    const records = rows.map(({ id }) => id);
    await requireNoHold({ tx, workspaceId }, records);
    return countRows(tx, { workspaceId, records });
  });
}

type ErasureRow = Pick<ErasureProgress, 'status' | 'done' | 'total'> & ReceiptRow;

async function readErasure({ db, caller }: Context, id: Uuid | null): Promise<Erasure> {
  const [row] = await db.rows<ErasureRow>(hot`/* erasure.read */
    SELECT id, status, done, total, deleted_at, counts, identifier_hashes, position, previous_hash, hash
    FROM erasure WHERE workspace_id = ${caller.workspaceId}::uuid AND id = ${id}::uuid`);
  if (!row) throw new NotFound('There is no such erasure.');
  const { status, done, total } = row;
  return { id: toWire('erasure', row.id), status, done, total, receipt: status === 'done' ? toReceipt(row) : null };
}
