/**
 * Takes a merge back, any one, in any order: its edge is cut, and the source is a person again with what hangs below
 * it now. No row moves, because none ever did: each stays with the record that received it.
 */
import { type Context, requireScope } from '../context.ts';
import type { UndoConflict, UndoReply } from '../contract/merge.ts';
import { AlreadyUndone, MergeErased, NotFound } from '../errors.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { type EditSpan, readEdits } from './edit-log.ts';
import { Forest } from './forest.ts';
import { type MergeRow, toMerge } from './merge-row.ts';
import { writeEdges } from './merge-write.ts';
import { recomputeProfiles } from './profile-write.ts';
import { lockIdentity, lockTrees } from './record.ts';
import { inWork, type Work } from './work.ts';

/**
 * Undoes a merge of any kind. Afterwards identify and alias do not join the two again, they only suggest it.
 *
 * @returns the merge, and the edits made since by hand: they stay with the visitor named beside each.
 * @throws {Forbidden} without `visitors:write`. @throws {NotFound} @throws {AlreadyUndone}
 * @throws {MergeErased}
 */
export async function undoMerge(ctx: Context, mergeId: string): Promise<UndoReply> {
  requireScope(ctx.caller, 'visitors:write');
  const id = fromWire('merge', mergeId);
  const reply = await inWork(ctx, ctx.caller.workspaceId, async (work) => {
    await lockIdentity(work);
    const merge = await readMerge(work, id);
    const locked = await lockTrees(work, [merge.source_record_id]);
    const forest = new Forest(locked.values(), new Set(), []);
    const staying = forest.root(merge.source_record_id);
    forest.cut(merge.source_record_id);
    await writeEdges(work, forest, locked);
    const undone = await markUndone(work, merge.id, ctx);
    await recomputeProfiles(work, [merge.source_record_id, staying]);
    return { merge: toMerge(undone), conflicts: await editsSince(work, merge, forest, staying) };
  });
  ctx.bus.publish(ctx.caller.workspaceId, { kind: 'relinked' });
  return reply;
}

async function readMerge(work: Work, id: Uuid | null): Promise<MergeRow> {
  const [row] = await work.tx.rows<MergeRow>(hot`/* merge.read */
    SELECT * FROM merge WHERE workspace_id = ${work.workspaceId}::uuid AND id = ${id}::uuid`);
  if (!row) throw new NotFound('There is no such merge.');
  if (row.erased_at) throw new MergeErased('One side of this merge was deleted, so it cannot be undone.');
  if (row.undone_at) throw new AlreadyUndone('This merge was undone before.');
  return row;
}

/** Also brings back the bars that this merge had lifted: what they kept apart is apart again. */
async function markUndone(work: Work, id: Uuid, { caller }: Context): Promise<MergeRow> {
  await work.tx.run(hot`/* merge.restore_bars */
    UPDATE merge SET lifted_by_merge_id = NULL
    WHERE workspace_id = ${work.workspaceId}::uuid AND lifted_by_merge_id = ${id}::uuid`);
  const [row] = await work.tx.rows<MergeRow>(hot`/* merge.undo */
    UPDATE merge SET undone_at = ${work.now.toISOString()}::timestamptz, undone_by = ${JSON.stringify(caller.by)}::jsonb
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ${id}::uuid
    RETURNING *`);
  if (!row) throw new Error('A merge vanished while it was locked.');
  return row;
}

/** Edits made while the two were one. They are kept by the survivors they were made on, so they stay with that part. */
async function editsSince(work: Work, merge: MergeRow, forest: Forest, staying: Uuid): Promise<UndoConflict[]> {
  const visitorId = toWire('visitor', staying);
  const edits = await readEdits(work, await survivorsSince(work, merge, forest));
  return edits.map(({ editedAt, ...edit }) => ({ ...edit, editedAt: editedAt.toISOString(), visitorId }));
}

/** The records above the target, each since it was above it: edits of before it joined were never the source's. */
async function survivorsSince(work: Work, merge: MergeRow, forest: Forest): Promise<EditSpan[]> {
  const path = forest.path(merge.target_record_id);
  const joined = await work.tx.rows<{ id: Uuid; created_at: Date }>(hot`/* merge.dates */
    SELECT id, created_at FROM merge
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${path.map(({ mergeId }) => mergeId)}::uuid[])`);
  const dates = new Map(joined.map((row) => [row.id, row.created_at]));
  let since = merge.created_at;
  return path.map(({ recordId, mergeId }) => {
    const joinedAt = mergeId && dates.get(mergeId);
    if (joinedAt && joinedAt > since) since = joinedAt;
    return { recordId, since };
  });
}
