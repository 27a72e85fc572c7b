/** Legal hold: a person who may not be deleted, anonymized or thinned out. A hold on any of their records holds them all. */
import { type By, type Context, requireScope } from '../context.ts';
import type { LegalHold } from '../contract/privacy.ts';
import { OnLegalHold } from '../errors.ts';
import { toWire, type Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { lockIdentity, lockTrees } from './record.ts';
import { type Found, findVisitor } from './visitor-ref.ts';
import { inWork, type Work } from './work.ts';

/** @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `privacy:write`. @throws {NotFound} */
export async function getHold(ctx: Context, ref: string): Promise<LegalHold> {
  requireScope(ctx.caller, 'privacy:write');
  const { workspaceId } = ctx.caller;
  const found = await findVisitor(ctx.db, workspaceId, ref);
  return readHold({ tx: ctx.db, workspaceId }, found);
}

/**
 * Places a hold on the survivor, or releases every hold of the person. After an un-merge it stays with the record it was
 * placed on. Placing it twice changes nothing.
 *
 * @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `privacy:write`. @throws {NotFound}
 */
export async function setHold(ctx: Context, ref: string, hold: boolean): Promise<LegalHold> {
  requireScope(ctx.caller, 'privacy:write');
  return inWork(ctx, ctx.caller.workspaceId, async (work) => {
    // Under the identity row a tree stays what it is, and a deletion either comes first or sees the hold.
    await lockIdentity(work);
    const found = await findVisitor(work.tx, work.workspaceId, ref);
    const records = [...(await lockTrees(work, [found.recordId])).keys()];
    if (hold) await place(work, found.survivorId, ctx.caller.by, records);
    else await release(work, records);
    return readHold(work, found);
  });
}

/** @param records of one person, locked. @throws {OnLegalHold} */
export async function requireNoHold(work: Pick<Work, 'tx' | 'workspaceId'>, records: readonly Uuid[]): Promise<void> {
  const held = await work.tx.rows(hot`/* hold.any */
    SELECT FROM legal_hold WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) LIMIT 1`);
  if (held.length > 0) throw new OnLegalHold('This visitor is on legal hold. Release it first.');
}

async function place(work: Work, survivorId: Uuid, by: By, records: readonly Uuid[]): Promise<void> {
  await work.tx.run(hot`/* hold.place */
    INSERT INTO legal_hold (workspace_id, record_id, placed_at, by)
    SELECT ${work.workspaceId}::uuid, ${survivorId}::uuid, ${work.now.toISOString()}::timestamptz,
      ${JSON.stringify(by)}::jsonb
    WHERE NOT EXISTS (
      SELECT FROM legal_hold h
      WHERE h.workspace_id = ${work.workspaceId}::uuid AND h.record_id = ANY(${records}::uuid[])
    )`);
}

async function release(work: Work, records: readonly Uuid[]): Promise<void> {
  await work.tx.run(hot`/* hold.release */
    DELETE FROM legal_hold WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
}

async function readHold(work: Pick<Work, 'tx' | 'workspaceId'>, { survivorId }: Found): Promise<LegalHold> {
  const [row] = await work.tx.rows<{ placed_at: Date; by: By }>(hot`/* hold.read */
    SELECT h.placed_at, h.by
    FROM record r
    JOIN legal_hold h ON h.workspace_id = r.workspace_id AND h.record_id = r.id
    WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.canonical_id = ${survivorId}::uuid
    ORDER BY h.placed_at, h.record_id
    LIMIT 1`);
  const visitorId = toWire('visitor', survivorId);
  return { visitorId, hold: row !== undefined, placedAt: row?.placed_at.toISOString() ?? null, by: row?.by ?? null };
}
