/** Taking a merge back: who keeps what, what is reported, and what stays apart afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { type Desk, openDesk } from './desk.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openDesk(world);
});

/** The newest merge of a visitor. */
async function lastMerge(ref: string): Promise<string | null> {
  return (await desk.merges(ref))[0]?.id ?? null;
}

describe('undoing a merge by hand', () => {
  it('leaves both as they were', async () => {
    await desk.update({ anonymousId: 'source', sessionId: 's1' }, { name: 'Anna', plan: 'pro' });
    await desk.update({ anonymousId: 'target' }, { name: 'Ann' });
    await desk.track({ anonymousId: 'source' }, 'browsed');
    const before = await desk.visitors();
    const { merge } = await desk.merge('anon:source', 'anon:target', { overrides: { name: 'Annie', phone: '+1' } });
    await desk.undo(merge.id);
    expect(await desk.visitors()).toEqual(before);
    expect(await desk.eventNames('anon:source')).toEqual(['browsed']);
    expect(await desk.eventNames('anon:target')).toEqual([]);
  });

  it('leaves what came meanwhile with the record that received it', async () => {
    await desk.track({ anonymousId: 'source' }, 'before');
    await desk.track({ anonymousId: 'target' }, 'before');
    const { merge } = await desk.merge('anon:source', 'anon:target');
    await desk.track({ anonymousId: 'source' }, 'on the source');
    await desk.track({ anonymousId: 'target' }, 'on the target');
    await desk.undo(merge.id);
    expect((await desk.eventNames('anon:source')).sort()).toEqual(['before', 'on the source']);
    expect((await desk.eventNames('anon:target')).sort()).toEqual(['before', 'on the target']);
    expect(await desk.visitor('anon:source')).toMatchObject({ eventCount: 2 });
    expect(await desk.visitor('anon:target')).toMatchObject({ eventCount: 2 });
  });

  it('reports edits made since and keeps them with the survivor', async () => {
    await desk.track({ anonymousId: 'source' });
    await desk.update({ anonymousId: 'target' }, { plan: 'free' });
    await desk.edit('anon:target', { phone: '+1' });
    world.clock.advance(1000);
    const { merge } = await desk.merge('anon:source', 'anon:target');
    world.clock.advance(1000);
    await desk.edit('anon:source', { name: 'Ann', attributes: { plan: null } });
    const editedAt = world.clock.now().toISOString();
    const { conflicts, merge: undone } = await desk.undo(merge.id);
    const target = await desk.visitor('anon:target');
    const stays = { editedAt, by: desk.ctx.caller.by, visitorId: target.id };
    expect([...conflicts].sort((left, right) => (left.field < right.field ? -1 : 1))).toEqual([
      { field: 'attributes.plan', value: null, ...stays },
      { field: 'name', value: 'Ann', ...stays },
    ]);
    expect(target).toMatchObject({ name: 'Ann', phone: '+1', attributes: {} });
    expect(await desk.visitor('anon:source')).toMatchObject({ name: null, phone: null });
    expect(undone).toMatchObject({ undoneBy: desk.ctx.caller.by, undoneAt: editedAt });
  });

  it('reports an edit that a later message has overwritten', async () => {
    for (const anonymousId of ['source', 'target']) await desk.track({ anonymousId });
    const { merge } = await desk.merge('anon:source', 'anon:target');
    for (const name of ['Ann', 'Anna']) {
      world.clock.advance(1000);
      await desk.edit('anon:source', { name });
    }
    world.clock.advance(1000);
    await desk.update({ anonymousId: 'target' }, { name: 'Annie' });
    const { conflicts } = await desk.undo(merge.id);
    expect(conflicts.map(({ field, value }) => [field, value])).toEqual([
      ['name', 'Ann'],
      ['name', 'Anna'],
    ]);
    expect((await desk.visitor('anon:target')).name).toBe('Annie');
  });

  it('reports edits made while the two were one, whoever the survivor was, and no other', async () => {
    for (const anonymousId of ['source', 'target', 'later']) await desk.track({ anonymousId });
    const { merge } = await desk.merge('anon:source', 'anon:target');
    const steps = [
      () => desk.edit('anon:later', { name: 'before it was one with them' }),
      () => desk.edit('anon:source', { phone: 'on the target' }),
      () => desk.merge('anon:target', 'anon:later'),
      () => desk.edit('anon:source', { phone: 'on the last survivor' }),
    ];
    for (const step of steps) {
      world.clock.advance(1000);
      await step();
    }
    const { conflicts } = await desk.undo(merge.id);
    expect(conflicts.map(({ value }) => value)).toEqual(['on the target', 'on the last survivor']);
    const staying = await desk.id('anon:later');
    expect(conflicts.map(({ visitorId }) => visitorId)).toEqual([staying, staying]);
  });

  it('takes along what was merged into the source, also since', async () => {
    for (const anonymousId of ['a1', 'a2', 'a3']) await desk.track({ anonymousId });
    await desk.merge('anon:a1', 'anon:a2');
    const { merge } = await desk.merge('anon:a2', 'anon:a3');
    await desk.identify('u1', 'a1');
    await desk.undo(merge.id);
    expect(await desk.id('user:u1')).toBe(await desk.id('anon:a2'));
    expect(await desk.visitor('anon:a2')).toMatchObject({ userId: 'u1', eventCount: 2 });
    expect(await desk.visitor('anon:a3')).toMatchObject({ userId: null, eventCount: 1 });
  });

  it('works in any order', async () => {
    for (const anonymousId of ['a1', 'a2', 'a3', 'a4']) await desk.update({ anonymousId }, { name: anonymousId });
    const before = await desk.visitors();
    const ids = [];
    for (const [source, target] of [
      ['a1', 'a2'],
      ['a2', 'a3'],
      ['a3', 'a4'],
    ]) {
      ids.push((await desk.merge(`anon:${source}`, `anon:${target}`)).merge.id);
    }
    for (const at of [1, 0, 2]) await desk.undo(ids[at] ?? null);
    expect(await desk.visitors()).toEqual(before);
  });

  it('twice is refused', async () => {
    for (const anonymousId of ['a1', 'a2']) await desk.track({ anonymousId });
    const { merge } = await desk.merge('anon:a1', 'anon:a2');
    await desk.undo(merge.id);
    await expect(desk.undo(merge.id)).rejects.toMatchObject({ code: 'already_undone' });
  });

  it.each(['mrg_01hzzzzzzzzzzzzzzzzzzzzzzz', 'vis_01hzzzzzzzzzzzzzzzzzzzzzzz', 'nonsense', ''])(
    'of %j is not found',
    async (id) => {
      await expect(desk.undo(id)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it("of another workspace's merge is not found", async () => {
    const elsewhere = await openDesk(world);
    for (const anonymousId of ['a1', 'a2']) await elsewhere.track({ anonymousId });
    const { merge } = await elsewhere.merge('anon:a1', 'anon:a2');
    await expect(desk.undo(merge.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await elsewhere.id('anon:a1')).toBe(await elsewhere.id('anon:a2'));
  });
});

describe('undoing an identify', () => {
  it('makes user and visitor two again, each with its own id', async () => {
    await desk.track({ anonymousId: 'a1' }, 'browsed');
    const visitor = await desk.id('anon:a1');
    await desk.identify('u1', 'a1', { name: 'Ann' });
    await desk.undo(await lastMerge('user:u1'));
    expect(await desk.visitor('anon:a1')).toMatchObject({ id: visitor, userId: null, name: null, eventCount: 1 });
    const user = await desk.visitor('user:u1');
    expect(user).toMatchObject({ userId: 'u1', name: 'Ann', eventCount: 0 });
    expect(user.id).not.toBe(visitor);
  });

  it('bars the pair: identify and alias only suggest it from then on', async () => {
    await desk.identify('u1', 'a1');
    await desk.undo(await lastMerge('user:u1'));
    await desk.identify('u1', 'a1', { name: 'Ann' });
    await desk.alias('a1', 'u1');
    expect(await desk.id('anon:a1')).not.toBe(await desk.id('user:u1'));
    expect((await desk.visitor('user:u1')).name).toBe('Ann');
    expect(await desk.suggestions()).toMatchObject([
      {
        reason: 'unmerged_before',
        sourceVisitorId: await desk.id('anon:a1'),
        targetVisitorId: await desk.id('user:u1'),
      },
    ]);
  });

  it('bars whoever belongs to the two, not only the ids of the merge', async () => {
    await desk.identify('u1', 'a1');
    await desk.undo(await lastMerge('user:u1'));
    await desk.track({ anonymousId: 'a2' });
    await desk.merge('anon:a2', 'anon:a1');
    await desk.identify('u1', 'a2');
    expect(await desk.id('anon:a2')).not.toBe(await desk.id('user:u1'));
    expect(await desk.reasons()).toEqual(['unmerged_before']);
  });

  it('does not bar others', async () => {
    await desk.identify('u1', 'a1');
    await desk.undo(await lastMerge('user:u1'));
    await desk.identify('u1', 'a2');
    await desk.identify('u2', 'a1');
    expect(await desk.id('anon:a2')).toBe(await desk.id('user:u1'));
    expect(await desk.id('anon:a1')).toBe(await desk.id('user:u2'));
  });
});

describe('the bar of an undone merge', () => {
  beforeEach(async () => {
    await desk.identify('u1', 'a1');
    await desk.undo(await lastMerge('user:u1'));
  });

  it('is lifted by a merge by hand, and the suggestion with it', async () => {
    await desk.identify('u1', 'a1');
    await desk.merge('anon:a1', 'user:u1');
    expect(await desk.suggestions()).toEqual([]);
    expect(await desk.id('anon:a1')).toBe(await desk.id('user:u1'));
  });

  it('stays lifted for links the merge allows', async () => {
    const { merge } = await desk.merge('anon:a1', 'user:u1');
    await desk.track({ anonymousId: 'a2' });
    await desk.identify('u1', 'a2');
    expect(await desk.id('anon:a2')).toBe(await desk.id('anon:a1'));
    expect(merge.kind).toBe('manual');
  });

  it('is back when that merge is undone too', async () => {
    const { merge } = await desk.merge('anon:a1', 'user:u1');
    await desk.undo(merge.id);
    await desk.identify('u1', 'a1');
    expect(await desk.id('anon:a1')).not.toBe(await desk.id('user:u1'));
    expect(await desk.reasons()).toEqual(['unmerged_before']);
  });
});
