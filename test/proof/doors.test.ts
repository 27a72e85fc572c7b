/** Enforced at every door, harming nobody: neighbours, links, profiles, duplicates; and leaving no trace of a proof. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SEGMENT_ROUTES } from '../../src/contract/segment.ts';
import { ask } from '../graphql/asking.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';
import { CHROME } from '../support/normalising.ts';
import { ANN, itemsAbout, jwt, openShop, rowsOf, type Shop, userHash } from './shop.ts';

let server: TestServer;
let shop: Shop;

beforeAll(async () => {
  server = await openServer();
});
beforeEach(async () => {
  shop = await openShop(server);
});
afterAll(() => server.close());

const proven = (userId: string = ANN) => ({ userHash: userHash(shop.secret, userId) });
const seconds = () => Math.floor(server.world.clock.now().getTime() / 1000);

describe('an unproven item', () => {
  it.each([0, 1, 50, 98, 99])('at place %i of a hundred harms none of its neighbours', async (place) => {
    const items = Array.from({ length: 100 }, (_, i) => ({
      ...{ type: 'track', userId: `user-${i}`, name: 'clicked' },
      ...(i === place ? {} : proven(`user-${i}`)),
    }));
    const results = await shop.send(items);
    expect(results.flatMap(({ status, index }) => (status === 'accepted' ? [] : [index]))).toEqual([place]);
    expect(await shop.visitor(`user:user-${place}`)).toBeUndefined();
    expect(await shop.visitor(`user:user-${(place + 1) % 100}`)).toMatchObject({ eventCount: 1 });
  });

  it.each(['identify', 'update', 'track', 'page', 'session', 'group', 'alias'])(
    'of type %s among proven ones is the only one rejected',
    async (type) => {
      const wrong = itemsAbout('bob', {}).find((item) => item.type === type);
      const results = await shop.send([...itemsAbout(ANN, proven()), wrong, ...itemsAbout(ANN, proven())]);
      expect(results.flatMap(({ status, index }) => (status === 'rejected' ? [index] : []))).toEqual([7]);
    },
  );

  it('borrows no proof from its neighbour, its batch or its own other ids', async () => {
    const { userHash: hash } = proven();
    const { body } = await shop.call(
      'POST',
      '/batch',
      {
        userHash: hash,
        context: { userHash: hash },
        items: [
          { type: 'track', userId: ANN, name: 'proven', userHash: hash },
          { type: 'track', userId: ANN, name: 'not' },
          { type: 'track', userId: 'bob', name: 'not', userHash: hash },
          { type: 'alias', userId: 'bob', previousId: ANN, userHash: hash },
          { type: 'identify', userId: 'bob', anonymousId: ANN, userHash: hash },
        ],
      },
      shop.publishableKey,
    );
    expect(body.data.results.map(({ status }: { status: string }) => status)).toEqual([
      'accepted',
      ...Array(4).fill('rejected'),
    ]);
  });

  it('is malformed first, and unproven before it is a bot’s', async () => {
    const call = (payload: object, userAgent: string) =>
      server.app.inject({
        method: 'POST',
        url: '/api/support/events',
        headers: { 'x-api-key': shop.publishableKey, 'user-agent': userAgent },
        payload,
      });
    const bot = 'Googlebot/2.1 (+http://www.google.com/bot.html)';
    expect((await call({ userId: ANN }, CHROME)).json().code).toBe('missing_field');
    expect((await call({ userId: 'null', name: 'n' }, CHROME)).json().code).toBe('illegal_id');
    expect((await call({ userId: ANN, name: 'n' }, bot)).json().code).toBe('identity_unproven');
    expect((await call({ userId: ANN, name: 'n', ...proven() }, bot)).json().data.code).toBe('bot');
  });
});

describe('a userId', () => {
  it('that is a number is proven as its digits', async () => {
    const item = { type: 'track', userId: 42, name: 'clicked' };
    const [right, wrong] = await shop.send([
      { ...item, ...proven('42') },
      { ...item, ...proven('42.0') },
    ]);
    expect([right?.status, wrong?.status]).toEqual(['accepted', 'rejected']);
  });

  it('is proven as it is stored: cleaned', async () => {
    const dirty = 'a\0nn';
    const item = { type: 'track', userId: dirty, name: 'clicked' };
    const [right, wrong] = await shop.send([
      { ...item, ...proven('ann') },
      { ...item, ...proven(dirty) },
    ]);
    expect([right?.status, wrong?.status]).toEqual(['accepted', 'rejected']);
  });

  it.each([
    ['a second key that cleaning makes the same', { userId: 'bob', 'user\0Id': ANN }],
    ['half a character', { userId: 'bob\ud800' }],
    ['another form of the same letters', { userId: 'bo\u0308b' }],
    ['a space', { userId: 'bob ' }],
  ])('is not proven for another name by %s', async (_how, who) => {
    const [result] = await shop.send([{ type: 'track', name: 'clicked', ...who, ...proven('bob') }]);
    expect(result).toMatchObject({ status: 'rejected', code: 'identity_unproven' });
  });

  it('may be of any script', async () => {
    const userId = 'Žofia-用户-🙂';
    const [result] = await shop.send([{ type: 'track', userId, name: 'clicked', ...proven(userId) }]);
    expect(result).toMatchObject({ status: 'accepted' });
  });
});

describe('attempts to become somebody', () => {
  it('leave people, links and suggestions as they were', async () => {
    await shop.send(
      [
        {
          type: 'identify',
          userId: ANN,
          anonymousId: 'anns-browser',
          traits: { name: 'Ann', email: 'ann@example.com' },
        },
        { type: 'identify', userId: 'bob', anonymousId: 'bobs-browser', traits: { name: 'Bob' } },
        { type: 'track', anonymousId: 'mallorys-browser', name: 'arrived' },
      ],
      shop.secretKey,
    );
    const before = await shop.dump();
    const traits = { name: 'Mallory', email: 'bob@example.com' };
    const attempts = [
      { type: 'identify', userId: ANN, anonymousId: 'mallorys-browser', traits },
      { type: 'identify', userId: ANN, anonymousId: 'bobs-browser', traits },
      { type: 'identify', userId: 'new', anonymousId: 'anns-browser', traits },
      { type: 'alias', userId: ANN, previousId: 'mallorys-browser' },
      { type: 'alias', userId: ANN, previousId: 'bob' },
      { type: 'group', userId: ANN, groupId: 'evil', traits: { name: 'Evil' } },
      { type: 'update', userId: ANN, anonymousId: 'mallorys-browser', traits },
      { type: 'session', action: 'heartbeat', userId: ANN, sessionId: 's' },
      { type: 'session', action: 'end', userId: ANN, anonymousId: 'anns-browser', sessionId: 's' },
    ].map((item) => ({ ...item, ...proven('mallory') }));
    const results = await shop.send(attempts);
    expect(results.map(({ code }) => code)).toEqual(Array(9).fill('identity_unproven'));
    expect(await shop.dump()).toBe(before);
  });

  it('that repeat a stored message without its proof are rejected, and with it duplicates', async () => {
    const item = { type: 'track', messageId: 'm1', userId: ANN, name: 'clicked' };
    const sent = [
      await shop.send([{ ...item, ...proven() }]),
      await shop.send([item]),
      await shop.send([{ ...item, ...proven() }]),
    ];
    expect(sent.flat().map(({ status }) => status)).toEqual(['accepted', 'rejected', 'duplicate']);
    expect(await shop.visitor('user:ann')).toMatchObject({ eventCount: 1 });
  });

  it('under warn list a repeated message once', async () => {
    await shop.setMode('warn');
    const item = { type: 'track', messageId: 'm1', userId: ANN, name: 'clicked' };
    const beat = { type: 'session', action: 'heartbeat', userId: ANN, sessionId: 's' };
    for (let i = 0; i < 3; i++) await shop.send([item, beat]);
    expect((await shop.issues()).map(({ itemType }) => itemType).sort()).toEqual(['session', 'track']);
  });
});

describe('every door', () => {
  it.each(Object.entries(SEGMENT_ROUTES).filter(([, takes]) => takes !== 'batch'))('%s asks for proof', async (url) => {
    const message = { userId: ANN, event: 'e', groupId: 'g', previousId: 'before', name: 'Home' };
    const post = async (payload: object) =>
      answerOf(
        await server.app.inject({ method: 'POST', url, payload: { ...payload, writeKey: shop.publishableKey } }),
      );
    expect(await post(message)).toMatchObject({ status: 422, body: { code: 'identity_unproven' } });
    expect(await post({ ...message, context: proven() })).toMatchObject({ status: 200, body: { success: true } });
    expect(await post({ ...message, ...proven() })).toMatchObject({ status: 200 });
  });

  it('/v1/batch takes a proof from the context of the message or of the batch, for its own userId', async () => {
    const message = (userId: string, more: object = {}) => ({ type: 'track', event: 'e', userId, ...more });
    const payload = {
      writeKey: shop.publishableKey,
      context: proven(),
      batch: [message(ANN), message('bob'), message('bob', { context: proven('bob') })],
    };
    const { json } = await server.app.inject({ method: 'POST', url: '/v1/batch', payload });
    const results = json().results.map(({ status, code }: { status: string; code?: string }) => code ?? status);
    expect(results).toEqual(['accepted', 'identity_unproven', 'accepted']);
  });

  it.each([
    ['identifyVisitor', 'IdentifyVisitorInput', {}],
    ['trackEvent', 'TrackEventInput', { name: 'clicked' }],
    ['trackPageView', 'TrackPageViewInput', { url: '/' }],
  ])('%s in GraphQL asks for proof', async (field, type, more) => {
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) { status } }`;
    const send = (input: object) => ask(server, { query, variables: { input }, key: shop.publishableKey });
    const { errors } = await send({ userId: ANN, ...more });
    expect(errors[0]?.extensions).toMatchObject({ code: 'identity_unproven', errors: [{ pointer: '/userId' }] });
    expect((await send({ userId: ANN, ...more, ...proven() })).data[field].status).toBe('accepted');
    const token = jwt(shop.secret, { sub: ANN, exp: seconds() + 60 });
    expect((await send({ userId: ANN, ...more, token })).data[field].status).toBe('accepted');
  });

  it('ingest in GraphQL judges item by item', async () => {
    const query = 'mutation ($items: [JSON!]!) { ingest(items: $items) { status code pointer } }';
    const variables = { items: [...itemsAbout(ANN, proven()), ...itemsAbout(ANN, proven('bob'))] };
    const { data } = await ask(server, { query, variables, key: shop.publishableKey });
    const rejected = { status: 'rejected', code: 'identity_unproven', pointer: '/userHash' };
    expect(data.ingest).toMatchObject([...Array(7).fill({ status: 'accepted' }), ...Array(7).fill(rejected)]);
  });

  it.each(['/visitors/identify', '/visitors/update', '/events', '/pageviews'])('%s says where', async (path) => {
    const item = { userId: ANN, traits: {}, name: 'clicked', url: '/', ...proven('bob') };
    const { status, body } = await shop.call('POST', path, item, shop.publishableKey);
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'identity_unproven', '/userHash']);
  });
});

describe('proofs and secrets', () => {
  it('are kept nowhere: no table, no issue, no log, no trait', async () => {
    const good = [proven().userHash, jwt(shop.secret, { sub: ANN, exp: seconds() + 60 })] as const;
    const bad = [userHash(shop.secret, 'canary'), jwt(shop.secret, { sub: 'canary', exp: seconds() + 60 })] as const;
    for (const mode of ['enforce', 'warn', 'off'] as const) {
      await shop.setMode(mode);
      for (const [hash, token] of [good, bad]) {
        await shop.send([...itemsAbout(ANN, { userHash: hash }), ...itemsAbout(ANN, { token })]);
        await shop.send(itemsAbout(ANN, {}, { context: { userHash: hash, token } }));
        const headers = { 'x-api-key': shop.publishableKey, 'idempotency-key': `k-${mode}-${hash === good[0]}` };
        const payload = { userId: ANN, traits: { plan: 'x' }, userHash: hash, token };
        await server.app.inject({ method: 'POST', url: '/api/support/visitors/identify', headers, payload });
      }
    }
    const id = shop.workspace.caller.workspaceId;
    const tables = ['ingestion_issue', 'idempotency', 'record', 'profile', 'event', 'page_view', 'session', 'company'];
    const kept = [await shop.dump(), ...(await Promise.all(tables.map((table) => rowsOf(server, table, id))))];
    const everything = [...kept.flat(), ...server.logged].join('\n');
    expect([shop.secret, ...good, ...bad].filter((canary) => everything.includes(canary))).toEqual([]);
    expect((await shop.visitor('user:ann')).attributes).toEqual({ plan: 'x', company: 'Acme' });
  });
});
