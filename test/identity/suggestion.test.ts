/** Suggested merges: when two people may be one, said once, and never again after it was dismissed. */
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

/** Dismisses whatever is suggested now. */
async function dismissAll(): Promise<void> {
  const open = await desk.suggestions();
  expect(open.length).toBeGreaterThan(0);
  for (const { id } of open) await desk.dismiss(id);
}

describe('an equal email', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['sent as a trait', () => desk.update({ anonymousId: 'a2' }, { email: 'ANN@example.com' })],
    ['sent with an identify that links', () => desk.identify('u2', 'a2', { email: 'ann@example.com' })],
    ['edited by hand', () => desk.edit('anon:a2', { email: 'ann@example.com' })],
  ])('%s suggests a merge and makes none', async (_how, say) => {
    await desk.update({ anonymousId: 'a1' }, { email: 'ann@example.com' });
    await desk.track({ anonymousId: 'a2' });
    await say();
    expect(await desk.suggestions()).toMatchObject([
      {
        reason: 'same_email',
        sourceVisitorId: await desk.id('anon:a2'),
        targetVisitorId: await desk.id('anon:a1'),
      },
    ]);
    expect(await desk.visitors()).toHaveLength(2);
  });

  it('within one batch suggests one merge', async () => {
    const traits = { email: 'ann@example.com' };
    await desk.send({ type: 'update', anonymousId: 'a1', traits }, { type: 'update', anonymousId: 'a2', traits });
    expect(await desk.reasons()).toEqual(['same_email']);
  });

  it('is suggested once, whichever of the two says it again', async () => {
    await desk.update({ anonymousId: 'a1' }, { email: 'ann@example.com' });
    await desk.update({ anonymousId: 'a2' }, { email: 'ann@example.com' });
    for (const email of ['other@example.com', 'ann@example.com']) {
      world.clock.advance(1000);
      await desk.update({ anonymousId: 'a1' }, { email });
    }
    expect(await desk.reasons()).toEqual(['same_email']);
  });

  it('of two ids of one person is none', async () => {
    await desk.identify('u1', 'a1', { email: 'ann@example.com' });
    await desk.update({ anonymousId: 'a1' }, { email: 'ann@example.com' });
    expect(await desk.suggestions()).toEqual([]);
  });
});

describe('a dismissed suggestion', () => {
  it('never comes back, whichever of the two says it again', async () => {
    await desk.update({ anonymousId: 'a1' }, { email: 'ann@example.com' });
    await desk.update({ anonymousId: 'a2' }, { email: 'ann@example.com' });
    await dismissAll();
    for (const anonymousId of ['a1', 'a2']) {
      for (const email of ['other@example.com', 'ann@example.com']) {
        world.clock.advance(1000);
        await desk.update({ anonymousId }, { email });
      }
    }
    expect(await desk.suggestions()).toEqual([]);
  });

  it('never comes back for another id of the same people', async () => {
    await desk.identify('u1', 'a1');
    await desk.track({ userId: 'u2' });
    await desk.identify('u2', 'a1');
    await dismissAll();
    await desk.identify('u1', 'a2');
    await desk.identify('u2', 'a2');
    await desk.track({ anonymousId: 'a3' });
    await desk.merge('user:u1', 'anon:a3');
    await desk.identify('u2', 'a1');
    expect(await desk.suggestions()).toEqual([]);
  });

  it('is gone: it cannot be dismissed again', async () => {
    await desk.identify('u1', 'a1');
    await desk.identify('u2', 'a1');
    const [open] = await desk.suggestions();
    await desk.dismiss(open?.id ?? '');
    await expect(desk.dismiss(open?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
  });

  it("is not another workspace's to dismiss", async () => {
    await desk.identify('u1', 'a1');
    await desk.identify('u2', 'a1');
    const [open] = await desk.suggestions();
    const elsewhere = await openDesk(world);
    await expect(elsewhere.dismiss(open?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
    expect(await desk.suggestions()).toHaveLength(1);
  });
});

describe('a suggestion', () => {
  it('disappears when the two are merged, and is back when that is undone', async () => {
    await desk.identify('u1', 'a1');
    await desk.identify('u2', 'a1');
    const before = await desk.suggestions();
    const { merge } = await desk.merge('user:u1', 'user:u2', { allowIdentified: true });
    expect(await desk.suggestions()).toEqual([]);
    await desk.undo(merge.id);
    expect(await desk.suggestions()).toEqual(before);
  });
});
