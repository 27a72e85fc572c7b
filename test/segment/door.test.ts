/** The doors of the Segment protocol: addresses, keys, bodies whatever they claim to be, and what is answered. */
import { gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SEGMENT_ROUTES } from '../../src/contract/segment.ts';
import { MAX_BATCH_ITEMS, MAX_BODY_BYTES, PUBLISHABLE_ITEMS_PER_WINDOW } from '../../src/limits.ts';
import { type Answer, answerOf, keyWith, openServer, publishableKey, type TestServer } from '../support/http.ts';
import { CHROME, wide } from '../support/normalising.ts';
import type { TestWorkspace } from '../support/world.ts';
import { basic, revokedKey } from './keys.ts';

let server: TestServer;
let workspace: TestWorkspace;
let [publishable, secret] = ['', ''];
let made = 0;

beforeAll(async () => {
  server = await openServer({ TRUST_PROXY: '1' });
});
beforeEach(async () => {
  workspace = await server.world.workspace();
  publishable = workspace.keys.publishableKey ?? '';
  secret = workspace.keys.secretKey ?? '';
});
afterAll(() => server.close());

type Headers = Readonly<Record<string, string>>;

const track = (fields: object = {}) => ({
  type: 'track',
  userId: 'user-1',
  event: 'e',
  messageId: `m-${++made}`,
  ...fields,
});

/** Sends a body as it is, or an object as JSON. */
async function send(path: string, body: string | Buffer | object, headers: Headers = {}): Promise<Answer> {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const request: InjectOptions = {
    method: 'POST',
    url: path,
    payload,
    headers: { 'content-type': 'text/plain', ...headers },
  };
  return answerOf(await server.app.inject(request));
}

/** Names of the events of a user, newest first. */
async function events(userId = 'user-1', key = secret): Promise<string[]> {
  const { body } = await server.call(key, 'GET', `/visitors/user:${userId}/events`);
  return (body.data ?? []).map(({ name }: { name: string }) => name);
}

describe('a single message', () => {
  it.each(Object.entries(SEGMENT_ROUTES).filter(([, takes]) => takes !== 'batch'))('is taken at %s', async (path) => {
    const fields = { event: 'e', groupId: 'g', previousId: `before-${made}`, name: 'Home' };
    const message = track({ ...fields, type: undefined });
    const { status, body } = await send(path, message, basic(publishable));
    const result = { messageId: message.messageId, status: 'accepted' };
    expect([status, body]).toEqual([200, { success: true, result }]);
  });

  it('is what its address says, whatever its type says', async () => {
    await send('/v1/track', track({ type: 'identify', event: 'by address' }), basic(secret));
    expect(await events()).toEqual(['by address']);
  });

  it('is stored once, and called a duplicate the second time', async () => {
    const message = track();
    const answers = [await send('/v1/t', message, basic(secret)), await send('/v1/t', message, basic(secret))];
    expect(answers.map(({ status, body }) => [status, body.result.status])).toEqual([
      [200, 'accepted'],
      [200, 'duplicate'],
    ]);
  });

  it('that is wrong answers 422, which no SDK sends again', async () => {
    const { status, headers, body } = await send('/v1/track', track({ event: null }), basic(secret));
    expect([status, headers['content-type'], body.code]).toEqual([422, 'application/problem+json', 'missing_field']);
  });

  it.each(['null', '[]', '"text"', '3'])('that is no object (%s) is refused', async (body) => {
    const answer = await send('/v1/track', body, basic(secret));
    expect([answer.status, answer.body.code]).toEqual([422, 'wrong_type']);
  });

  it('of a known bot is suppressed, with a success', async () => {
    const { status, body } = await send('/v1/t', track(), { ...basic(publishable), 'user-agent': 'Googlebot/2.1' });
    expect([status, body.success, body.result.status, body.result.code]).toEqual([200, true, 'suppressed', 'bot']);
  });
});

describe('a batch', () => {
  it.each(Object.entries(SEGMENT_ROUTES).filter(([, takes]) => takes === 'batch'))('is taken at %s', async (path) => {
    const { status, body } = await send(path, { batch: [track()] }, basic(secret));
    expect([status, body.success, body.results.length]).toEqual([200, true, 1]);
  });

  it('is answered message by message, and a bad one harms none of its neighbours', async () => {
    const twice = track({ event: 'first' });
    const bad = [null, 7, [], { type: 'nonsense' }, track({ properties: wide(10_000) }), track({ userId: 'null' })];
    const batch = [twice, ...bad, twice, track({ event: 'last' })];
    const { status, body } = await send('/v1/batch', { batch }, basic(secret));
    expect([status, body.success]).toEqual([200, true]);
    expect(body.results.map((result: { status: string; code?: string }) => result.code ?? result.status)).toEqual([
      'accepted',
      'wrong_type',
      'wrong_type',
      'wrong_type',
      'unknown_type',
      'too_many_attributes',
      'illegal_id',
      'duplicate',
      'accepted',
    ]);
    expect(body.results[0]).toEqual({ messageId: twice.messageId, status: 'accepted' });
    expect((await events()).sort()).toEqual(['first', 'last']);
  });

  it.each([
    [MAX_BATCH_ITEMS, 200, undefined],
    [MAX_BATCH_ITEMS + 1, 413, 'too_many_items'],
  ])('of %i messages answers %i', async (count, status, code) => {
    const answer = await send('/v1/batch', { batch: Array(count).fill(7) }, basic(secret));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('may be empty', async () => {
    expect((await send('/v1/batch', { batch: [] }, basic(secret))).body).toEqual({ success: true, results: [] });
  });

  it.each([{}, [], { batch: {} }, { items: [] }])('without a list of messages (%j) is refused', async (body) => {
    const answer = await send('/v1/batch', body, basic(secret));
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/batch']);
  });

  it('gives its context and sentAt to messages without their own', async () => {
    const now = server.world.clock.now().getTime();
    const [sentAt, timestamp] = [new Date(now - 3_600_000).toISOString(), new Date(now - 7_200_000).toISOString()];
    const batch = [track({ timestamp }), { type: 'identify', userId: 'user-1', traits: {} }];
    await send('/v1/batch', { batch, sentAt, context: { timezone: 'Europe/Paris' } }, basic(secret));
    const { body } = await server.call(secret, 'GET', '/visitors/user:user-1/events');
    expect(body.data[0].timestamp).toBe(sentAt);
    const visitor = await server.call(secret, 'GET', '/visitors/user:user-1');
    expect(visitor.body.data.location.timezone).toBe('Europe/Paris');
  });
});

describe('the key', () => {
  it.each<[string, () => [string, object, Headers]]>([
    ['as Basic user name', () => ['/v1/t', track(), basic(publishable)]],
    ['as Basic user name, a secret one', () => ['/v1/t', track(), basic(secret)]],
    ['as Bearer token', () => ['/v1/t', track(), { authorization: `Bearer ${secret}` }]],
    ['in X-API-Key', () => ['/v1/t', track(), { 'x-api-key': publishable }]],
    ['in the body', () => ['/v1/t', track({ writeKey: publishable }), {}]],
    ['in the body of a batch', () => ['/v1/b', { batch: [track()], writeKey: secret }, {}]],
    ['as ?writeKey=', () => [`/v1/t?writeKey=${publishable}`, track(), {}]],
    ['as ?key=', () => [`/v1/t?key=${publishable}`, track(), {}]],
    ['in the body, beside an empty Basic user name', () => ['/v1/t', track({ writeKey: publishable }), basic('')]],
  ])('may come %s', async (_where, request) => {
    expect((await send(...request())).status).toBe(200);
  });

  it('of the headers decides the workspace, then the one of the address, then the one of the body', async () => {
    const other = await server.world.workspace();
    const [otherSecret = '', otherPublishable = ''] = [other.keys.secretKey, other.keys.publishableKey];
    await send('/v1/t', track({ event: 'by header', writeKey: otherPublishable }), basic(publishable));
    await send(`/v1/t?writeKey=${publishable}`, track({ event: 'by address', writeKey: otherPublishable }));
    await send('/v1/b', { writeKey: publishable, batch: [track({ event: 'by batch', writeKey: otherPublishable })] });
    expect((await events()).sort()).toEqual(['by address', 'by batch', 'by header']);
    expect(await events('user-1', otherSecret)).toEqual([]);
  });

  it.each<[string, () => Headers | Promise<Headers>]>([
    ['missing', () => ({})],
    ['unknown', () => basic('pk_unknown')],
    ['revoked', async () => basic(await revokedKey(server, secret))],
    ['no key at all', () => ({ authorization: 'Basic ::::' })],
  ])('is answered with 401 when it is %s', async (_why, headers) => {
    const { status, body } = await send('/v1/batch', { batch: [track()] }, await headers());
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });

  it('is not looked for behind a header with a wrong one', async () => {
    const { status } = await send('/v1/t', track({ writeKey: publishable }), basic('pk_unknown'));
    expect(status).toBe(401);
  });

  it('that is secret is refused from a page, and without the scope to write', async () => {
    const fromPage = await send('/v1/t', track(), { ...basic(secret), origin: 'https://www.example.com' });
    expect([fromPage.status, fromPage.body.code]).toEqual([403, 'secret_key_in_browser']);
    const reader = await keyWith(server.world, workspace, ['visitors:read']);
    expect((await send('/v1/t', track(), basic(reader))).body.code).toBe('forbidden');
  });

  it('with a list of origins is refused from elsewhere', async () => {
    const key = await publishableKey(server.world, workspace, ['https://www.example.com']);
    const from = (origin: string) => send('/v1/t', track(), { ...basic(key), origin });
    expect((await from('https://www.example.com')).status).toBe(200);
    expect((await from('https://www.example.org')).status).toBe(403);
  });
});

describe('a body', () => {
  it.each([
    'text/plain;charset=UTF-8',
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'not a type',
    '',
  ])('that calls itself %j is read as what it holds', async (type) => {
    const { status } = await send('/v1/t', track({ writeKey: publishable }), { 'content-type': type });
    expect(status).toBe(200);
  });

  it('may be zipped', async () => {
    const body = gzipSync(JSON.stringify({ batch: [track()] }));
    expect((await send('/v1/batch', body, { ...basic(secret), 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it.each<[string, string | Buffer, Headers, number, string]>([
    ['zipped by name only', '{"batch":[]}', { 'content-encoding': 'gzip' }, 400, 'not_json'],
    ['zipped in a way nobody knows', '{"batch":[]}', { 'content-encoding': 'compress' }, 415, 'unsupported_encoding'],
    ['a form', 'event=e&userId=u', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'not_json'],
    ['empty', '', {}, 400, 'not_json'],
    ['broken off', '{"batch":[{"type":"tr', {}, 400, 'not_json'],
    ['too large', `{"batch":[],"x":"${'x'.repeat(MAX_BODY_BYTES)}"}`, {}, 413, 'too_large'],
    [
      'too large inflated',
      gzipSync(Buffer.alloc(MAX_BODY_BYTES + 1, 32)),
      { 'content-encoding': 'gzip' },
      413,
      'too_large',
    ],
  ])('that is %s is refused in a way no SDK repeats', async (_what, body, headers, status, code) => {
    const answer = await send('/v1/batch', body, { ...basic(secret), ...headers });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('nested beyond all measure harms nobody', async () => {
    const deep = `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`;
    const batch = `{"batch":[{"type":"track","userId":"user-1","event":"deep","properties":{"a":${deep}}},${JSON.stringify(track())}]}`;
    const { status, body } = await send('/v1/batch', batch, basic(secret));
    expect([status, body.results.map((result: { status: string }) => result.status)]).toEqual([
      200,
      ['rejected', 'accepted'],
    ]);
  });
});

describe('the person behind a message', () => {
  const visitor = async () => (await server.call(secret, 'GET', '/visitors/user:user-1')).body.data;

  it('has the browser that sent it with a publishable key', async () => {
    await send('/v1/i', { userId: 'user-1' }, { ...basic(publishable), 'user-agent': CHROME });
    expect((await visitor()).browser.name).toBe('Chrome');
  });

  it('does not have the library that spoke for them for a browser', async () => {
    await send('/v1/i', { userId: 'user-1' }, { ...basic(publishable), 'user-agent': 'analytics-node-next/latest' });
    expect((await visitor()).browser.name).toBeNull();
  });

  it('has the browser that a server tells of with a secret key', async () => {
    const message = { userId: 'user-1', context: { userAgent: CHROME } };
    await send('/v1/i', message, { ...basic(secret), 'user-agent': 'analytics-ruby/2.4.0' });
    expect((await visitor()).browser.name).toBe('Chrome');
  });
});

describe('one address with one publishable key', () => {
  it('has no second allowance here', async () => {
    const key = await publishableKey(server.world, workspace);
    const headers = { ...basic(key), 'x-forwarded-for': '192.0.2.9' };
    const body = { batch: Array(MAX_BATCH_ITEMS).fill(7) };
    for (let sent = 0; sent < PUBLISHABLE_ITEMS_PER_WINDOW; sent += MAX_BATCH_ITEMS) {
      expect((await send('/v1/batch', body, headers)).status).toBe(200);
    }
    const refused = await send('/v1/t', track(), headers);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const elsewhere = await send('/api/support/events', { userId: 'u', name: 'e' }, headers);
    expect(elsewhere.status).toBe(429);
  });
});

describe('counters that SDKs keep of themselves', () => {
  it('are answered, with or without a key, and kept nowhere', async () => {
    const series = [{ type: 'Counter', metric: 'analytics_js.invoke', value: 1, tags: {} }];
    expect((await send('/v1/m', { series })).body).toEqual({ success: true });
    expect((await server.call(secret, 'GET', '/event-names')).body.data).toEqual([]);
  });
});
