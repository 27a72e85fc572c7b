/** Identify: an anonymous visitor turns out to be a user, new or known, and what stands in the way of that. */
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

describe('identify as a new user', () => {
  it('keeps the id of the anonymous visitor, who becomes the user', async () => {
    await desk.track({ anonymousId: 'a1' }, 'browsed');
    const before = await desk.id('anon:a1');
    await desk.identify('u1', 'a1', { name: 'Ann' });
    expect(await desk.visitor('user:u1')).toMatchObject({ id: before, userId: 'u1', name: 'Ann', identified: true });
  });

  it('is a merge on record that mentions no id nobody ever saw', async () => {
    await desk.track({ anonymousId: 'a1' });
    await desk.identify('u1', 'a1');
    expect((await desk.visitor('user:u1')).mergedFrom).toEqual([]);
    expect(await desk.merges('user:u1')).toMatchObject([{ kind: 'identify', undoneAt: null }]);
  });

  it('without an anonymousId makes a visitor of its own', async () => {
    await desk.identify('u1', undefined, { name: 'Ann' });
    expect(await desk.visitors()).toMatchObject([{ userId: 'u1', name: 'Ann', mergedFrom: [] }]);
  });

  it('makes one visitor when neither id was seen before', async () => {
    const [result] = await desk.identify('u1', 'a1');
    expect(await desk.visitors()).toMatchObject([{ id: result?.visitorId, userId: 'u1', mergedFrom: [] }]);
  });

  it('counts a user as known who was tracked earlier in the same batch', async () => {
    await desk.track({ anonymousId: 'a1' });
    const anonymous = await desk.id('anon:a1');
    await desk.send(
      { type: 'track', userId: 'u1', name: 'bought' },
      { type: 'identify', userId: 'u1', anonymousId: 'a1' },
    );
    expect(await desk.visitor('user:u1')).toMatchObject({ mergedFrom: [anonymous], eventCount: 2 });
  });
});

describe('identify as a user who exists', () => {
  it('merges the anonymous visitor into them, with sessions, page views and events', async () => {
    await desk.track({ userId: 'u1' }, 'bought');
    const session = { anonymousId: 'a1', sessionId: 's1' };
    await desk.track(session, 'browsed');
    await desk.send({ type: 'page', url: '/pricing', ...session });
    const [user, anonymous] = [await desk.id('user:u1'), await desk.id('anon:a1')];
    await desk.identify('u1', 'a1');
    expect(await desk.visitor('anon:a1')).toMatchObject({
      ...{ id: user, mergedFrom: [anonymous], eventCount: 2, sessionCount: 1 },
    });
    expect((await desk.events('user:u1')).map(({ name }) => name).sort()).toEqual(['bought', 'browsed', 'page']);
    expect(await desk.sessions('user:u1')).toMatchObject([{ pagesViewed: 1 }]);
  });

  it('a second time changes nothing', async () => {
    await desk.identify('u1', 'a1');
    const before = await desk.merges('user:u1');
    await desk.identify('u1', 'a1');
    expect(await desk.merges('user:u1')).toEqual(before);
  });

  it('from a second browser gathers both', async () => {
    await desk.track({ anonymousId: 'a1' }, 'on laptop');
    await desk.track({ anonymousId: 'a2' }, 'on phone');
    await desk.identify('u1', 'a1');
    await desk.identify('u1', 'a2');
    expect((await desk.eventNames('user:u1')).sort()).toEqual(['on laptop', 'on phone']);
    expect(await desk.visitors()).toHaveLength(1);
  });

  it('keeps a visit one when the login comes in the middle of it', async () => {
    const session = { anonymousId: 'a1', sessionId: 's1' };
    await desk.track(session);
    await desk.identify('u1', 'a1', {}, { sessionId: 's1' });
    await desk.track({ userId: 'u1', ...session });
    expect(await desk.sessions('user:u1')).toHaveLength(1);
    expect(await desk.visitor('user:u1')).toMatchObject({ sessionCount: 1, eventCount: 2 });
  });

  it('stands beside other visitors of the same batch, merged ones included', async () => {
    await desk.identify('u2', 'a2');
    await desk.track({ anonymousId: 'a3' });
    await desk.merge('anon:a3', 'user:u2');
    const before = desk.commits();
    await desk.send(
      { type: 'identify', userId: 'u1', anonymousId: 'a1' },
      { type: 'track', anonymousId: 'a3', name: 'x' },
    );
    expect(desk.commits() - before).toBe(1);
    expect(await desk.visitor('user:u2')).toMatchObject({ eventCount: 2 });
  });
});

describe('identify of a browser that belongs to another user', () => {
  beforeEach(async () => {
    await desk.identify('u1', 'a1', { name: 'Ann' });
    await desk.identify('u2', 'a1', { name: 'Bob' });
  });

  it('does not link', async () => {
    expect(await desk.id('anon:a1')).toBe(await desk.id('user:u1'));
    expect(await desk.id('user:u2')).not.toBe(await desk.id('user:u1'));
  });

  it('still takes the traits, for the user they are about', async () => {
    expect(await desk.visitor('user:u2')).toMatchObject({ name: 'Bob' });
    expect(await desk.visitor('user:u1')).toMatchObject({ name: 'Ann' });
  });

  it('becomes one suggestion, however often it is said', async () => {
    await desk.identify('u2', 'a1');
    const [source, target] = [await desk.id('user:u1'), await desk.id('user:u2')];
    expect(await desk.suggestions()).toMatchObject([
      { reason: 'identified_conflict', sourceVisitorId: source, targetVisitorId: target },
    ]);
  });
});

describe('track and page', () => {
  it('link nothing, even with both ids', async () => {
    await desk.track({ anonymousId: 'a1' });
    await desk.track({ userId: 'u1', anonymousId: 'a1' });
    await desk.send({ type: 'page', url: '/', userId: 'u1', anonymousId: 'a1' });
    expect(await desk.id('anon:a1')).not.toBe(await desk.id('user:u1'));
    expect(await desk.visitor('user:u1')).toMatchObject({ eventCount: 1 });
    expect(await desk.visitor('anon:a1')).toMatchObject({ eventCount: 1 });
  });
});
