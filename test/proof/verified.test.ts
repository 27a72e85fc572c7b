/** Who is verified: the last word on a userId decides, in whatever order the words arrive. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openServer, type TestServer } from '../support/http.ts';
import { ANN, openShop, type Shop, userHash } from './shop.ts';

let server: TestServer;
let shop: Shop;

beforeAll(async () => {
  server = await openServer();
});
beforeEach(async () => {
  shop = await openShop(server, 'warn');
});
afterAll(() => server.close());

const at = (second: number) => ({ timestamp: `2026-01-15T09:00:${String(second).padStart(2, '0')}.000Z` });
const identify = (second: number, more: object = {}) => ({
  ...{ type: 'identify', messageId: `m${second}`, userId: ANN, traits: {} },
  ...at(second),
  ...more,
});
const proven = () => ({ userHash: userHash(shop.secret) });
const isVerified = async (ref = 'user:ann') => (await shop.visitor(ref)).verified;

describe('verified', () => {
  it('is false of whoever was never identified', async () => {
    await shop.send([{ type: 'track', anonymousId: 'a1', name: 'clicked' }], shop.secretKey);
    expect(await isVerified('anon:a1')).toBe(false);
  });

  it.each([
    ['identify', { traits: {} }],
    ['update', { traits: {} }],
    ['group', { groupId: 'acme' }],
    ['alias', { previousId: 'a1' }],
  ])('is what the last %s shows', async (type, more) => {
    const said = (second: number, proof: object) => ({ ...identify(second), type, ...more, ...proof });
    await shop.send([said(1, proven())]);
    expect(await isVerified()).toBe(true);
    await shop.send([said(2, {})]);
    expect(await isVerified()).toBe(false);
    await shop.send([said(3, {})], shop.secretKey);
    expect(await isVerified()).toBe(true);
  });

  it('is left alone by what only happens: track, page, session', async () => {
    await shop.send([identify(1, proven())]);
    await shop.send([
      { type: 'track', userId: ANN, name: 'clicked', ...at(2) },
      { type: 'page', userId: ANN, url: '/', ...at(3) },
      { type: 'session', action: 'start', userId: ANN, sessionId: 's', ...at(4) },
    ]);
    expect(await isVerified()).toBe(true);
  });

  it.each([[[1, 2, 3]], [[3, 2, 1]], [[2, 3, 1]], [[3, 1, 2]], [[1, 2, 3, 2, 1]]])(
    'depends on no order and no repetition (%j)',
    async (order) => {
      const words = [identify(1, proven()), identify(2), identify(3, proven())];
      for (const word of order) await shop.send([words[word - 1]]);
      expect(await isVerified()).toBe(true);
      await shop.send([identify(4)]);
      expect(await isVerified()).toBe(false);
    },
  );

  it('of one moment is decided by the message id', async () => {
    const [low, high] = [identify(1, { messageId: 'a', ...proven() }), identify(1, { messageId: 'b' })];
    await shop.send([high, low]);
    expect(await isVerified()).toBe(false);
  });

  it('goes with the user when a merge is made and taken back', async () => {
    await shop.send([{ type: 'track', anonymousId: 'a1', name: 'clicked' }, identify(1, proven())]);
    const merged = await shop.call('POST', '/visitors/merge', {
      sourceVisitorId: 'anon:a1',
      targetVisitorId: 'user:ann',
    });
    expect(merged.body.data.visitor.verified).toBe(true);
    await shop.call('POST', `/visitors/merges/${merged.body.data.merge.id}/undo`);
    expect([await isVerified(), await isVerified('anon:a1')]).toEqual([true, false]);
  });

  it('is foretold by the preview of a merge', async () => {
    await shop.send([{ type: 'track', anonymousId: 'a1', name: 'clicked' }, identify(1, proven())]);
    const body = { sourceVisitorId: 'user:ann', targetVisitorId: 'anon:a1', dryRun: true };
    expect((await shop.call('POST', '/visitors/merge', body)).body.data.visitor.verified).toBe(true);
  });

  it('is not said beside what came without a proof, however old it says it is', async () => {
    await shop.send([identify(9, { traits: { name: 'Ann' }, ...proven() })]);
    await shop.send([identify(1, { traits: { name: 'Mallory', email: 'mallory@example.com' } })]);
    expect(await shop.visitor('user:ann')).toMatchObject({
      name: 'Ann',
      email: 'mallory@example.com',
      verified: false,
    });
  });

  it.each([
    ['a proof', async () => shop.send([identify(10, { traits: { plan: 'free' }, ...proven() })])],
    ['an agent', async () => shop.call('PUT', '/visitors/user:ann', { attributes: { plan: 'free' } })],
    ['its removal by a server', async () => shop.send([identify(10, { traits: { plan: null } })], shop.secretKey)],
  ])('is said again once %s has settled it', async (_who, settle) => {
    await shop.send([identify(9, proven()), identify(1, { traits: { plan: 'premium' } })]);
    expect(await isVerified()).toBe(false);
    await settle();
    expect(await isVerified()).toBe(true);
  });

  it('is not taken away by what was overruled', async () => {
    await shop.send([identify(9, { traits: { name: 'Ann' }, ...proven() })]);
    await shop.send([identify(1, { traits: { name: 'Mallory' } })]);
    expect(await isVerified()).toBe(true);
  });

  it('cannot be said by a trait', async () => {
    await shop.send([identify(1, { traits: { verified: true } })]);
    expect(await shop.visitor('user:ann')).toMatchObject({ verified: false, attributes: { verified: true } });
  });
});
