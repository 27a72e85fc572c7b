/** Ids that were merged away lead to the survivor, for ever and at any depth. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { type Desk, openDesk } from './desk.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** a1 → a2 → a3 → a4, and what each id was before. */
let ids: string[];
beforeEach(async () => {
  desk = await openDesk(world);
  ids = [];
  for (const anonymousId of ['a1', 'a2', 'a3', 'a4']) {
    await desk.track({ anonymousId }, anonymousId);
    ids.push(await desk.id(`anon:${anonymousId}`));
  }
  for (const [source, target] of [
    ['a1', 'a2'],
    ['a2', 'a3'],
    ['a3', 'a4'],
  ]) {
    await desk.merge(`anon:${source}`, `anon:${target}`);
  }
});

describe('an id merged away three merges ago', () => {
  it('answers the survivor, and that it was asked by another id', async () => {
    const [oldest = '', , , survivor = ''] = ids;
    const reply = await desk.reply(oldest);
    expect(reply.visitor.id).toBe(survivor);
    expect(reply.redirectedFrom).toBe(oldest);
  });

  it('is listed with all others among the ids the survivor came from', async () => {
    expect((await desk.visitor(ids[3] ?? '')).mergedFrom).toEqual(ids.slice(0, 3));
  });

  it('receives items, which count for the survivor', async () => {
    const [result] = await desk.track({ visitorId: ids[0] });
    expect(result?.visitorId).toBe(ids[3]);
    expect(await desk.visitor(ids[3] ?? '')).toMatchObject({ eventCount: 5 });
  });

  it('may be edited and merged on', async () => {
    await desk.edit(ids[0] ?? '', { name: 'Ann' });
    await desk.track({ anonymousId: 'a5' });
    await desk.merge(ids[0] ?? '', 'anon:a5');
    expect(await desk.visitor('anon:a5')).toMatchObject({ name: 'Ann', mergedFrom: ids });
  });

  it('lists the events and sessions of the survivor', async () => {
    expect((await desk.eventNames(ids[0] ?? '')).sort()).toEqual(['a1', 'a2', 'a3', 'a4']);
  });
});

describe('the survivor itself', () => {
  it('was not redirected', async () => {
    expect((await desk.reply(ids[3] ?? '')).redirectedFrom).toBeNull();
  });

  it('nor is a visitor asked for by an identifier', async () => {
    expect((await desk.reply('anon:a1')).redirectedFrom).toBeNull();
  });
});

describe('a heartbeat of a merged visitor', () => {
  it('is answered with the survivor, although the minute was written before the merge', async () => {
    const beat = { type: 'session', action: 'heartbeat', sessionId: 's1', anonymousId: 'a9' };
    await desk.send(beat);
    await desk.merge('anon:a9', 'anon:a4');
    const [result] = await desk.send(beat);
    expect(result?.visitorId).toBe(ids[3]);
  });
});

describe('an id that leads nowhere', () => {
  it.each(['vis_01hzzzzzzzzzzzzzzzzzzzzzzz', 'mrg_01hzzzzzzzzzzzzzzzzzzzzzzz', 'anon:nobody', 'user:a1', 'a1', ''])(
    'is not found: %j',
    async (ref) => {
      await expect(desk.visitor(ref)).rejects.toMatchObject({ code: 'not_found' });
      await expect(desk.edit(ref, { name: 'Ann' })).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it("is not found when it is another workspace's", async () => {
    const elsewhere = await openDesk(world);
    await elsewhere.track({ anonymousId: 'b1' });
    await expect(desk.visitor(await elsewhere.id('anon:b1'))).rejects.toMatchObject({ code: 'not_found' });
  });
});
