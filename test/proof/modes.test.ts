/** Every mode, every type of item, every kind of proof. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type TestServer } from '../support/http.ts';
import { INVALID, VALID } from './kinds.ts';
import { ANN, itemsAbout, openShop, type Shop } from './shop.ts';

let server: TestServer;
let foreign: Shop;

beforeAll(async () => {
  server = await openServer();
  foreign = await openShop(server, 'off');
});
afterAll(() => server.close());

const seconds = () => Math.floor(server.world.clock.now().getTime() / 1000);
const valid = Object.entries(VALID);
const invalid = Object.entries(INVALID).map(([kind, [pointer, make]]) => [kind, pointer, make] as const);

describe('enforce', () => {
  it.each(valid)('takes every type of item with %s', async (_kind, make) => {
    const shop = await openShop(server, 'enforce');
    const results = await shop.send(itemsAbout(ANN, make(shop, seconds(), foreign.secret)));
    expect(results.map(({ status }) => status)).toEqual(Array(7).fill('accepted'));
    expect(results.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
    expect(await shop.visitor('user:ann')).toMatchObject({ verified: true });
  });

  it.each(invalid)('rejects every type of item with %s', async (_kind, pointer, make) => {
    const shop = await openShop(server, 'enforce');
    const before = await shop.dump();
    const results = await shop.send(itemsAbout(ANN, make(shop, seconds(), foreign.secret)));
    const refused = { status: 'rejected', code: 'identity_unproven', pointer };
    expect(results).toMatchObject(Array(7).fill(refused));
    expect(results.flatMap(({ visitorId = [] }) => visitorId)).toEqual([]);
    expect(await shop.dump()).toBe(before);
    expect((await shop.issues()).map(({ code, itemType }) => [code, itemType]).sort()).toEqual(
      ['alias', 'group', 'identify', 'page', 'session', 'track', 'update'].map((type) => ['identity_unproven', type]),
    );
  });

  it('asks nothing of items that name no userId', async () => {
    const shop = await openShop(server, 'enforce');
    const [result] = await shop.send([{ type: 'track', anonymousId: 'browser-1', name: 'clicked' }]);
    expect(result).toMatchObject({ status: 'accepted' });
  });

  it('asks nothing of secret keys, whatever they send along', async () => {
    const shop = await openShop(server, 'enforce');
    const results = await shop.send(itemsAbout(ANN, { userHash: 'nothing' }), shop.secretKey);
    expect(results.map(({ status }) => status)).toEqual(Array(7).fill('accepted'));
    expect(await shop.visitor('user:ann')).toMatchObject({ verified: true });
  });
});

describe('warn', () => {
  it.each(valid)('takes every type of item with %s without a word', async (_kind, make) => {
    const shop = await openShop(server, 'warn');
    const results = await shop.send(itemsAbout(ANN, make(shop, seconds(), foreign.secret)));
    expect(results.map(({ status, warnings }) => [status, warnings])).toEqual(Array(7).fill(['accepted', undefined]));
    expect(await shop.issues()).toEqual([]);
    expect(await shop.visitor('user:ann')).toMatchObject({ verified: true });
  });

  it.each(invalid)('stores, warns of and lists every item with %s', async (_kind, pointer, make) => {
    const shop = await openShop(server, 'warn');
    const results = await shop.send(itemsAbout(ANN, make(shop, seconds(), foreign.secret)));
    expect(results.map(({ status }) => status)).toEqual(Array(7).fill('accepted'));
    expect(results.map(({ warnings = [] }) => warnings[0])).toEqual(
      Array(7).fill({ code: 'identity_unproven', pointer }),
    );
    const issues = await shop.issues();
    expect(issues.map(({ code }) => code)).toEqual(Array(7).fill('identity_unproven'));
    expect(issues.every(({ messageHash, identifierHash }) => messageHash && identifierHash)).toBe(true);
    expect(await shop.visitor('user:ann')).toMatchObject({ identified: true, verified: false });
  });
});

describe('off', () => {
  it.each([...valid, ...invalid.map(([kind, , make]) => [kind, make] as const)])(
    'takes %s unread, and calls nobody verified',
    async (_kind, make) => {
      const shop = await openShop(server, 'off');
      const results = await shop.send(itemsAbout(ANN, make(shop, seconds(), foreign.secret)));
      expect(results.map(({ status }) => status)).toEqual(Array(7).fill('accepted'));
      expect(results.flatMap(({ warnings = [] }) => warnings.map(({ code }) => code))).not.toContain(
        'identity_unproven',
      );
      expect(await shop.issues()).toEqual([]);
      expect(await shop.visitor('user:ann')).toMatchObject({ verified: false });
    },
  );
});
