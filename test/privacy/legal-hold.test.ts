/** Legal hold: whoever is held is not deleted, through merges and un-merges. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotFound, OnLegalHold } from '../../src/errors.ts';
import { deleteVisitor } from '../../src/services/erasure.ts';
import { getHold, setHold } from '../../src/services/legal-hold.ts';
import { mergeVisitors } from '../../src/services/merge.ts';
import { undoMerge } from '../../src/services/unmerge.ts';
import { getVisitor } from '../../src/services/visitor.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';

const PAIR = { sourceVisitorId: 'anon:x', targetVisitorId: 'user:ann' };

describe('a legal hold', () => {
  let world: World;
  let ws: TestWorkspace;

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ws = await world.workspace();
    await world.ingest.submit(ws, [
      { type: 'identify', userId: 'ann', anonymousId: 'a1' },
      { type: 'track', anonymousId: 'x', name: 'looked' },
    ]);
  });

  it('is told with its moment and author, and placing it again changes neither', async () => {
    const placed = await setHold(ws, 'anon:a1', true);
    const { visitor } = await getVisitor(ws, 'user:ann');
    const placedAt = world.clock.now().toISOString();
    expect(placed).toEqual({ visitorId: visitor.id, hold: true, placedAt, by: ws.caller.by });
    world.clock.advance(1000);
    expect(await setHold(ws, 'user:ann', true)).toEqual(placed);
    expect(await getHold(ws, visitor.id)).toEqual(placed);
  });

  it('refuses a deletion and its dry run, and nothing of it happened', async () => {
    await setHold(ws, 'user:ann', true);
    const before = await getVisitor(ws, 'user:ann');
    for (const dryRun of [true, false]) {
      await expect(deleteVisitor(ws, 'anon:a1', { dryRun })).rejects.toThrow(OnLegalHold);
    }
    expect(await getVisitor(ws, 'user:ann')).toEqual(before);
    expect(await setHold(ws, 'user:ann', false)).toMatchObject({ hold: false, placedAt: null, by: null });
    expect(await deleteVisitor(ws, 'user:ann', {})).toHaveProperty('receipt');
  });

  it.each([
    ['source', 'anon:x', 'user:ann'],
    ['target', 'user:ann', 'anon:x'],
  ])('of the %s of a merge holds both, and stays with it when they part', async (_side, held, free) => {
    await setHold(ws, held, true);
    const { merge } = await mergeVisitors(ws, PAIR);
    for (const ref of [held, free]) {
      expect((await getHold(ws, ref)).hold).toBe(true);
      await expect(deleteVisitor(ws, ref, {})).rejects.toThrow(OnLegalHold);
    }
    await undoMerge(ws, merge.id ?? '');
    expect([(await getHold(ws, held)).hold, (await getHold(ws, free)).hold]).toEqual([true, false]);
    await deleteVisitor(ws, free, {});
    await expect(deleteVisitor(ws, held, {})).rejects.toThrow(OnLegalHold);
  });

  it('is released for the whole person at once', async () => {
    for (const ref of ['anon:x', 'user:ann']) await setHold(ws, ref, true);
    const { merge } = await mergeVisitors(ws, PAIR);
    expect((await setHold(ws, 'user:ann', false)).hold).toBe(false);
    await undoMerge(ws, merge.id ?? '');
    expect([(await getHold(ws, 'anon:x')).hold, (await getHold(ws, 'user:ann')).hold]).toEqual([false, false]);
  });

  it('and a deletion never both succeed', async () => {
    const [hold, deletion] = await Promise.allSettled([
      setHold(ws, 'user:ann', true),
      deleteVisitor(ws, 'user:ann', {}),
    ]);
    expect([hold.status, deletion.status].sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is not known of anybody unknown or foreign', async () => {
    const other = await world.workspace();
    for (const of of [getHold(other, 'user:ann'), setHold(other, 'user:ann', true), getHold(ws, 'vis_x')]) {
      await expect(of).rejects.toThrow(NotFound);
    }
  });
});
