/** Alias: a server says which user an anonymousId turned out to be. */
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

describe('alias', () => {
  it('makes an anonymous visitor the user, like identify', async () => {
    await desk.track({ anonymousId: 'a1' }, 'browsed');
    const before = await desk.id('anon:a1');
    await desk.alias('a1', 'u1');
    const visitor = await desk.visitor('user:u1');
    expect(visitor).toMatchObject({ id: before, userId: 'u1', eventCount: 1, mergedFrom: [] });
  });

  it('merges into a user who exists', async () => {
    await desk.track({ anonymousId: 'a1' }, 'browsed');
    await desk.track({ userId: 'u1' }, 'bought');
    const [anonymous, user] = [await desk.id('anon:a1'), await desk.id('user:u1')];
    await desk.alias('a1', 'u1');
    expect(await desk.visitor('anon:a1')).toMatchObject({ id: user, eventCount: 2, mergedFrom: [anonymous] });
  });

  it('of a known userId is a suggestion and no link', async () => {
    await desk.track({ userId: 'u1' });
    await desk.track({ userId: 'u2' });
    const [first, second] = [await desk.id('user:u1'), await desk.id('user:u2')];
    await desk.alias('u1', 'u2');
    expect(await desk.id('user:u1')).not.toBe(await desk.id('user:u2'));
    expect(await desk.suggestions()).toMatchObject([
      { reason: 'known_user', sourceVisitorId: first, targetVisitorId: second },
    ]);
  });

  it('of a known userId makes no visitor of that name, nor was anybody of it seen', async () => {
    await desk.track({ userId: 'u1' });
    await desk.track({ userId: 'u2' });
    const before = await desk.visitor('user:u1');
    world.clock.advance(1000);
    await desk.alias('u1', 'u2');
    expect(await desk.visitors()).toHaveLength(2);
    await expect(desk.visitor('anon:u1')).rejects.toMatchObject({ code: 'not_found' });
    expect(await desk.visitor('user:u1')).toEqual(before);
  });

  it('of a userId that became known earlier in the same batch makes none either', async () => {
    await desk.send(
      { type: 'track', userId: 'u1', name: 'clicked' },
      { type: 'alias', previousId: 'u1', userId: 'u2' },
    );
    expect(await desk.reasons()).toEqual(['known_user']);
    await expect(desk.visitor('anon:u1')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of a known userId leaves an anonymous visitor of the same name alone', async () => {
    await desk.track({ anonymousId: 'u1' });
    await desk.track({ userId: 'u1' });
    const before = await desk.visitor('anon:u1');
    world.clock.advance(1000);
    await desk.alias('u1', 'u2');
    expect(await desk.visitor('anon:u1')).toEqual(before);
  });

  it('links when the userId of that name becomes known only later in the same batch', async () => {
    await desk.send(
      { type: 'alias', previousId: 'x1', userId: 'u1' },
      { type: 'track', userId: 'x1', name: 'clicked' },
    );
    expect(await desk.id('anon:x1')).toBe(await desk.id('user:u1'));
    expect(await desk.id('user:x1')).not.toBe(await desk.id('user:u1'));
  });

  it('of equal ids does nothing', async () => {
    await desk.alias('u1', 'u1');
    expect(await desk.visitors()).toMatchObject([{ userId: 'u1' }]);
    await expect(desk.visitor('anon:u1')).rejects.toMatchObject({ code: 'not_found' });
    expect(await desk.merges('user:u1')).toEqual([]);
  });

  it('of an anonymousId that belongs to another user is refused as a conflict', async () => {
    await desk.identify('u1', 'a1');
    await desk.alias('a1', 'u2');
    expect(await desk.id('anon:a1')).toBe(await desk.id('user:u1'));
    expect(await desk.reasons()).toEqual(['identified_conflict']);
  });
});
