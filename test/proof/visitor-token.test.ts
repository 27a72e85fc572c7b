/** Visitor tokens: whom they are made for, what they say, and everything that is none. */
import { createHmac } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { authenticate, authenticateVisitor } from '../../src/http/auth.ts';
import type { Doors } from '../../src/http/doors.ts';
import { PUBLISHABLE_ITEMS_PER_WINDOW, VISITOR_TOKEN_MS } from '../../src/limits.ts';
import { createKey, revokeKey } from '../../src/services/key.ts';
import { ask } from '../graphql/asking.ts';
import { answerOf, keyWith, openServer, publishableKey, type TestServer } from '../support/http.ts';
import { ANN, itemsAbout, jwt, openShop, part, type Shop, userHash } from './shop.ts';

/** As a widget makes one. */
const ANONYMOUS = '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21';

let server: TestServer;
let origin: string;
let doors: Doors;
let shop: Shop;

beforeAll(async () => {
  server = await openServer();
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { db, clock } = server.world;
  doors = { db, clock, ownOrigins: new Set() } as unknown as Doors;
});
beforeEach(async () => {
  shop = await openShop(server);
});
afterAll(() => server.close());

const asked = (body: unknown, key = shop.publishableKey) => shop.call('POST', '/visitors/token', body, key);
const tokenFor = async (body: object = {}, key?: string): Promise<string> =>
  (await asked({ anonymousId: ANONYMOUS, ...body }, key)).body.data.token;
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
/** Whom the server takes a request with these for. */
const visitorOf = async (token: unknown, key = shop.publishableKey) =>
  (await authenticate(doors, { headers: {}, ip: '192.0.2.1' }, key, token)).visitor;
const seconds = () => Math.floor(server.world.clock.now().getTime() / 1000);

describe('a visitor token', () => {
  it('is made for an anonymousId, for a day', async () => {
    const { status, headers, body } = await asked({ anonymousId: ANONYMOUS });
    expect([status, Object.keys(body.data)]).toEqual([200, ['token', 'expiresAt']]);
    expect(headers['cache-control']).toBe('no-store');
    expect(Date.parse(body.data.expiresAt) - server.world.clock.now().getTime()).toBe(VISITOR_TOKEN_MS);
    expect(await visitorOf(body.data.token)).toEqual({
      anonymousId: ANONYMOUS,
      expiresAt: Date.parse(body.data.expiresAt),
    });
  });

  it.each(['off', 'warn', 'enforce'] as const)('under %s names a userId that is proven', async (mode) => {
    await shop.setMode(mode);
    const proofs = [
      { userHash: userHash(shop.secret) },
      { token: jwt(shop.secret, { sub: ANN, exp: seconds() + 60 }) },
    ];
    for (const proof of proofs) {
      expect(await visitorOf(await tokenFor({ userId: ANN, ...proof }))).toMatchObject({ userId: ANN });
    }
  });

  it.each([{}, { userHash: 'nothing' }, { token: 'a.b.c' }])(
    'under enforce is refused for a userId with %j',
    async (proof) => {
      const { status, body } = await asked({ anonymousId: ANONYMOUS, userId: ANN, ...proof });
      expect([status, body.code]).toEqual([422, 'identity_unproven']);
      expect(body.errors[0].pointer).toBe(`/${Object.keys(proof)[0] ?? 'userId'}`);
    },
  );

  it.each(['off', 'warn'] as const)('under %s leaves out a userId that is not', async (mode) => {
    await shop.setMode(mode);
    const token = await tokenFor({ userId: ANN, userHash: userHash(shop.secret, 'bob') });
    expect(claimsOf(token)).not.toHaveProperty('sub');
    expect(await visitorOf(token)).not.toHaveProperty('userId');
  });

  it('takes a server’s word for the userId, of one that may write visitors', async () => {
    expect(await visitorOf(await tokenFor({ userId: ANN }, shop.secretKey))).toMatchObject({ userId: ANN });
    const reader = await keyWith(server.world, shop.workspace, ['visitors:read']);
    expect((await asked({ anonymousId: ANONYMOUS }, reader)).status).toBe(403);
  });

  it('names a numeric userId by its digits, and a cleaned one as it is stored', async () => {
    const numeric = await tokenFor({ userId: 42, userHash: userHash(shop.secret, '42') });
    const cleaned = await tokenFor({ userId: 'a\0nn', userHash: userHash(shop.secret, 'ann') });
    expect([claimsOf(numeric).sub, claimsOf(cleaned).sub]).toEqual(['42', 'ann']);
  });

  it.each([
    [undefined, 'missing_field', '/anonymousId'],
    [null, 'illegal_id', '/anonymousId'],
    ['', 'illegal_id', '/anonymousId'],
    [['x'], 'illegal_id', '/anonymousId'],
    ['x'.repeat(256), 'id_too_long', '/anonymousId'],
    ['2f0c8d1e7a5b4936', 'anonymous_id_too_weak', '/anonymousId'],
  ])('is refused for the anonymousId %j', async (anonymousId, code, pointer) => {
    const { status, body } = await asked({ anonymousId });
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, code, pointer]);
  });

  it('is refused with the number of random bits that are needed', async () => {
    expect((await asked({ anonymousId: 'visitor-17' })).body).toMatchObject({ limit: 128 });
  });

  it.each([[], 'text', null, 17])('is not made of %j', async (body) => {
    expect((await asked(body)).status).toBe(422);
  });

  it('is made in GraphQL, too, and refused with the same codes', async () => {
    const query = 'mutation ($input: IssueVisitorTokenInput!) { issueVisitorToken(input: $input) { token expiresAt } }';
    const send = (input: object) => ask(server, { query, variables: { input }, key: shop.publishableKey });
    const input = { anonymousId: ANONYMOUS, userId: ANN, userHash: userHash(shop.secret) };
    const { data } = await send(input);
    expect(await visitorOf(data.issueVisitorToken.token)).toMatchObject({ anonymousId: ANONYMOUS, userId: ANN });
    const refused = [await send({ ...input, userHash: 'x' }), await send({ anonymousId: 'visitor-17' })];
    expect(refused.map(({ errors }) => errors[0]?.extensions.code)).toEqual([
      'identity_unproven',
      'anonymous_id_too_weak',
    ]);
  });

  it('is asked for by pages of any site', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
    const preflight = await server.app.inject({ method: 'OPTIONS', url: '/api/support/visitors/token', headers });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('X-Visitor-Token');
    const payload = { anonymousId: ANONYMOUS, writeKey: shop.publishableKey };
    const sent = { method: 'POST', url: '/api/support/visitors/token', headers, payload } as const;
    const answer = await server.app.inject(sent);
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, 'https://shop.example']);
    const bound = await publishableKey(server.world, shop.workspace, ['https://other.example']);
    expect((await server.app.inject({ ...sent, payload: { ...payload, writeKey: bound } })).statusCode).toBe(403);
  });

  it('counts towards what a page may send', async () => {
    const before = await asked({ anonymousId: ANONYMOUS });
    const left = ({ headers }: typeof before) => Number(/r=(\d+)/.exec(String(headers.ratelimit))?.[1]);
    expect(left(before)).toBe(PUBLISHABLE_ITEMS_PER_WINDOW - 1);
    expect(left(await asked({ anonymousId: 'weak' }))).toBe(PUBLISHABLE_ITEMS_PER_WINDOW - 2);
    expect(left(await asked({ anonymousId: ANONYMOUS }))).toBe(PUBLISHABLE_ITEMS_PER_WINDOW - 3);
  });
});

/** Tokens that are none, made of a good one. */
const FORGED: Readonly<Record<string, (token: string, foreign: string) => unknown>> = {
  'an empty text': () => '',
  'no text': () => 17,
  'of another workspace': (_token, foreign) => foreign,
  'without a signature': (token) => token.replace(/[^.]+$/, ''),
  'cut short': (token) => token.slice(0, -1),
  'of alg none': (token) => `${part({ alg: 'none', typ: 'visitor+jwt' })}.${token.split('.')[1]}.`,
  'with other claims': (token) => {
    const [header, , signature] = token.split('.');
    return `${header}.${part({ ...claimsOf(token), sub: 'bob' })}.${signature}`;
  },
  'signed with the identity secret': (token) =>
    jwt(shop.secret, { ...claimsOf(token), sub: ANN }, { typ: 'visitor+jwt' }),
  'signed with the publishable key': (token) => jwt(shop.publishableKey, claimsOf(token), { typ: 'visitor+jwt' }),
  'signed with the key ids are hashed with': (token) => {
    const signed = `${part({ alg: 'HS256', typ: 'visitor+jwt' })}.${part(claimsOf(token))}`;
    const hmac = createHmac('sha256', shop.workspace.caller.hashKey).update(signed).digest('base64url');
    return `${signed}.${hmac}`;
  },
  'an identity token': () => jwt(shop.secret, { sub: ANN, exp: seconds() + 60 }),
  'two at once': (token) => `${token}, ${token}`,
  'far too long': (token) => token + 'A'.repeat(5000),
};

describe('a visitor token that is none', () => {
  it.each(Object.entries(FORGED))('(%s) is refused in a request and on a connection', async (_how, forge) => {
    const foreign = await openShop(server);
    const { body } = await foreign.call('POST', '/visitors/token', { anonymousId: ANONYMOUS }, foreign.publishableKey);
    const token = forge(await tokenFor(), body.data.token);
    await expect(visitorOf(token)).rejects.toMatchObject({ code: 'visitor_token_invalid', status: 401 });
    await expect(visitorOf(token, shop.secretKey)).rejects.toMatchObject({ code: 'visitor_token_invalid' });
    if (token === body.data.token) return; // by itself it is a good one, of its own workspace
    const alone = authenticateVisitor(doors, { headers: {}, ip: '192.0.2.1' }, token);
    await expect(alone).rejects.toMatchObject({ code: 'visitor_token_invalid' });
  });

  it('is answered with 401 at every door', async () => {
    const headers = { 'x-api-key': shop.publishableKey, 'x-visitor-token': 'forged' };
    const payload = { anonymousId: ANONYMOUS, name: 'clicked' };
    const events = answerOf(await server.app.inject({ method: 'POST', url: '/api/support/events', headers, payload }));
    expect([events.status, events.body.code]).toEqual([401, 'visitor_token_invalid']);
    const read = { method: 'GET', url: '/api/support/visitors', headers: { ...headers, 'x-api-key': shop.secretKey } };
    expect((await server.app.inject(read as never)).statusCode).toBe(401);
    const graphql = await ask(server, { query: '{ __typename }', key: shop.publishableKey, headers });
    expect([graphql.status, graphql.errors[0]?.extensions.code]).toEqual([401, 'visitor_token_invalid']);
  });

  it('was good until its last second', async () => {
    const token = await tokenFor();
    server.world.clock.advance(VISITOR_TOKEN_MS - 1);
    expect(await visitorOf(token)).toMatchObject({ anonymousId: ANONYMOUS });
    server.world.clock.advance(1);
    await expect(visitorOf(token)).rejects.toMatchObject({ code: 'visitor_token_invalid' });
  });

  it('is no proof of an identity', async () => {
    const token = await tokenFor({ userId: ANN, userHash: userHash(shop.secret) });
    const results = await shop.send(itemsAbout(ANN, { token }));
    expect(results.map(({ code }) => code)).toEqual(Array(7).fill('identity_unproven'));
  });
});

describe('a connection with a visitor token', () => {
  /** The first answer over a connection with these parameters, or the code it was closed with. */
  const open = async (connectionParams: Record<string, unknown>, query = '{ __typename }') => {
    const ended: { code?: number } = {};
    const closed = (event: unknown) => {
      ended.code = (event as { code: number }).code;
    };
    const url = `${origin.replace('http', 'ws')}/graphql`;
    const client = createClient({
      ...{ url, connectionParams, on: { closed }, webSocketImpl: WebSocket, retryAttempts: 0 },
    });
    const value = await client
      .iterate({ query })
      .next()
      .then((step) => step.value)
      .catch(() => undefined);
    await client.dispose();
    return { value, code: ended.code };
  };

  it('alone is taken, and may read nothing that needs a scope', async () => {
    const visitorToken = await tokenFor();
    expect((await open({ visitorToken })).value).toEqual({ data: { __typename: 'Query' } });
    const { value } = await open({ visitorToken }, '{ visitors { edges { node { id } } } }');
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'forbidden' } }] });
  });

  it('beside a key is taken', async () => {
    const visitorToken = await tokenFor();
    expect((await open({ apiKey: shop.publishableKey, visitorToken })).value).toMatchObject({ data: {} });
  });

  it.each(['forged', '', 17, {}])('%j is closed with 4403, with and without a key', async (visitorToken) => {
    expect((await open({ visitorToken })).code).toBe(4403);
    expect((await open({ apiKey: shop.publishableKey, visitorToken })).code).toBe(4403);
  });

  it('that has expired is closed with 4403', async () => {
    const visitorToken = await tokenFor();
    server.world.clock.advance(VISITOR_TOKEN_MS);
    expect((await open({ visitorToken })).code).toBe(4403);
  });

  it('has to prove userIds as its key has to, whoever made the token', async () => {
    const visitorToken = await tokenFor({}, shop.secretKey);
    const query = `mutation { trackEvent(input: {userId: "${ANN}", name: "clicked"}) { status } }`;
    const { value } = await open({ visitorToken }, query);
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'identity_unproven' } }] });
  });

  it('ends with the key it was made with', async () => {
    const ctx = shop.workspace;
    const made = await createKey(ctx, { kind: 'publishable', name: 'Page', origins: [] });
    const visitorToken = await tokenFor({}, made.key);
    expect((await open({ visitorToken })).value).toMatchObject({ data: {} });
    await revokeKey(ctx, made.id);
    expect((await open({ visitorToken })).code).toBe(4403);
    // Nor does another key carry it on.
    const request = { headers: { 'x-visitor-token': visitorToken }, ip: '192.0.2.1' };
    await expect(authenticate(doors, request, shop.publishableKey)).rejects.toMatchObject({
      code: 'visitor_token_invalid',
    });
  });

  it('comes from where that key may be used', async () => {
    const bound = await publishableKey(server.world, shop.workspace, ['https://shop.example']);
    const headers = { origin: 'https://shop.example' };
    const payload = { anonymousId: ANONYMOUS, writeKey: bound };
    const url = '/api/support/visitors/token';
    const token = (await server.app.inject({ method: 'POST', url, headers, payload })).json().data.token;
    const from = (where: string) => authenticateVisitor(doors, { headers: { origin: where }, ip: '192.0.2.1' }, token);
    await expect(from('https://evil.example')).rejects.toMatchObject({ code: 'forbidden' });
    expect((await from('https://shop.example')).visitor).toMatchObject({ anonymousId: ANONYMOUS });
  });
});
