/** Merges two visitors by hand: previews it, does it, and records who did. `unmerge.ts` takes it back. */
import { type Context, requireScope } from '../context.ts';
import type { Merge, MergeBody, MergeReply } from '../contract/merge.ts';
import { AlreadyMerged, IdentifiedConflict, SelfMerge, StalePlan } from '../errors.ts';
import { toWire, type Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { writeCompanies } from './company-write.ts';
import { Forest } from './forest.ts';
import { type MergePlan, planMerge, type Sides } from './merge-plan.ts';
import { previewVisitor } from './merge-preview.ts';
import { findLinkFacts, insertMerges, writeEdges } from './merge-write.ts';
import { lockProfileRegisters, recomputeProfiles } from './profile-write.ts';
import { type LockedRecord, lockIdentity, lockTrees } from './record.ts';
import { editedCompanies, readEdit } from './visitor-edit.ts';
import { findVisitor } from './visitor-ref.ts';
import { readVisitors, toVisitor } from './visitor-row.ts';
import { inWork, type Work } from './work.ts';

/** Two people, locked, who may be merged. */
interface Pair extends Sides {
  readonly forest: Forest;
  readonly locked: ReadonlyMap<Uuid, LockedRecord>;
}

/**
 * Merges source into target; the target's id stays. With `dryRun` only says what would happen.
 *
 * @throws {Forbidden} without `visitors:write`. @throws {NotFound} @throws {SelfMerge} @throws {AlreadyMerged}
 * @throws {IdentifiedConflict} two identified people without `allowIdentified`. @throws {StalePlan} @throws {InvalidValue}
 */
export async function mergeVisitors(ctx: Context, body: MergeBody): Promise<MergeReply> {
  requireScope(ctx.caller, 'visitors:write');
  const overrides = readEdit(body.overrides ?? {}, ctx.clock.now(), '/overrides');
  const reply = await inWork(ctx, ctx.caller.workspaceId, async (work) => {
    await lockIdentity(work);
    // Under the lock, because the order of these ids is the order of the merges (see tree.ts).
    const mergeId = work.ids.uuid();
    if (!body.dryRun) await writeCompanies(work, editedCompanies(work, overrides));
    const pair = await lockPair(work, body);
    const plan = planMerge(work, pair.forest, pair, overrides.values, mergeId);
    const isStale = body.planHash !== undefined && body.planHash !== plan.hash;
    const merge = toMerge(ctx, body.dryRun || isStale ? null : mergeId, pair, plan, work.now);
    if (isStale) throw new StalePlan(merge);
    if (body.dryRun) return { merge, visitor: await previewVisitor(work, pair, plan, overrides.company) };
    await carryOut(work, ctx, pair, plan, mergeId);
    const [row] = await readVisitors(work.tx, work.workspaceId, [pair.target.id], work.now);
    if (!row) throw new Error('A merge left its target without a profile.');
    return { merge, visitor: toVisitor(row, work.now) };
  });
  if (!body.dryRun) ctx.bus.publish(ctx.caller.workspaceId, { kind: 'relinked' });
  return reply;
}

async function lockPair(work: Work, { sourceVisitorId, targetVisitorId, allowIdentified }: MergeBody): Promise<Pair> {
  const source = await findVisitor(work.tx, work.workspaceId, sourceVisitorId);
  const target = await findVisitor(work.tx, work.workspaceId, targetVisitorId);
  if (source.recordId === target.recordId) {
    throw new SelfMerge('A visitor cannot be merged into itself.', [
      { pointer: '/targetVisitorId', detail: 'names the visitor that sourceVisitorId names' },
    ]);
  }
  if (source.survivorId === target.survivorId) throw new AlreadyMerged('Both ids already belong to one visitor.');
  const locked = await lockTrees(work, [source.recordId, target.recordId]);
  const { users, bars } = await findLinkFacts(work, [...locked.keys()]);
  const forest = new Forest(locked.values(), users, bars);
  const [sourceId, targetId] = [source.survivorId, target.survivorId];
  const areIdentified = forest.usersWith(sourceId).length > 0 && forest.usersWith(targetId).length > 0;
  if (areIdentified && !allowIdentified) {
    throw new IdentifiedConflict('Both visitors have a userId. Send allowIdentified: true to merge them all the same.');
  }
  const registers = await lockProfileRegisters(work, [sourceId, targetId]);
  return {
    forest,
    locked,
    source: { id: sourceId, registers: registers.get(sourceId) ?? {} },
    target: { id: targetId, registers: registers.get(targetId) ?? {} },
  };
}

async function carryOut(work: Work, { caller }: Context, pair: Pair, plan: MergePlan, mergeId: Uuid): Promise<void> {
  const { forest, locked, source, target } = pair;
  const lifted = forest.barsBetween(source.id, target.id).map((bar) => bar.mergeId);
  forest.link(source.id, target.id, mergeId);
  const merge = { id: mergeId, kind: 'manual', planHash: plan.hash, registers: plan.registers, by: caller.by } as const;
  const edge = { sourceRecordId: source.id, targetRecordId: target.id, targetSurvivorId: target.id };
  await insertMerges(work, [{ ...merge, ...edge }]);
  await writeEdges(work, forest, locked);
  if (lifted.length > 0) await liftBars(work, lifted, mergeId);
  await recomputeProfiles(work, [target.id]);
}

/** A hand that merges a pair again takes back the hand that separated it. */
async function liftBars(work: Work, undone: readonly Uuid[], mergeId: Uuid): Promise<void> {
  await work.tx.run(hot`/* merge.lift_bars */
    UPDATE merge SET lifted_by_merge_id = ${mergeId}::uuid
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${undone}::uuid[])`);
}

function toMerge(
  { caller }: Context,
  mergeId: Uuid | null,
  { source, target }: Sides,
  plan: MergePlan,
  now: Date,
): Merge {
  return {
    id: mergeId === null ? null : toWire('merge', mergeId),
    kind: 'manual',
    sourceVisitorId: toWire('visitor', source.id),
    targetVisitorId: toWire('visitor', target.id),
    planHash: plan.hash,
    createdAt: mergeId && now.toISOString(),
    by: caller.by,
    undoneAt: null,
    undoneBy: null,
    conflicts: plan.conflicts,
  };
}
