/** The doors items come in by: a single one, or a batch. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BATCH_ITEMS, PUBLISHABLE_ITEMS_PER_WINDOW, PUBLISHABLE_WINDOW_SECONDS } from '../../src/limits.ts';
import { answerOf, openServer, publishableKey, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';

let server: TestServer;
let workspace: TestWorkspace;
let secret: string;

beforeAll(async () => {
  server = await openServer({ TRUST_PROXY: '1' });
  workspace = await server.world.workspace();
  secret = workspace.keys.secretKey as string;
});
afterAll(() => server.close());

const event = { userId: 'ingestion-1', name: 'seen' };

describe('a single item', () => {
  it('is accepted, and a duplicate when it comes again', async () => {
    const item = { ...event, messageId: 'single-1' };
    const first = await server.call(secret, 'POST', '/events', item);
    const again = await server.call(secret, 'POST', '/events', item);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(first.body.data).toMatchObject({ messageId: 'single-1', status: 'accepted' });
    expect(again.body.data).toMatchObject({ messageId: 'single-1', status: 'duplicate' });
  });

  it('has the Idempotency-Key for its messageId', async () => {
    const send = () =>
      server.app.inject({
        method: 'POST',
        url: '/api/support/events',
        headers: { 'x-api-key': secret, 'idempotency-key': 'idem-1' },
        payload: event,
      });
    const answers = [answerOf(await send()), answerOf(await send())];
    expect(answers.map(({ body }) => body.data.messageId)).toEqual(['idem-1', 'idem-1']);
    expect(answers.map(({ body }) => body.data.status)).toEqual(['accepted', 'duplicate']);
  });

  it('that is rejected is a problem with its code, pointer and limit', async () => {
    const { status, body } = await server.call(secret, 'POST', '/events', { ...event, name: 'x'.repeat(201) });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'name_too_long', limit: 200, errors: [{ pointer: '/name' }] });
  });

  it.each([
    ['/visitors/update', { traits: { plan: 'free' } }],
    ['/events', { name: 'seen' }],
    ['/pageviews', { url: '/' }],
  ])('that names a visitorId is forbidden to a publishable key at %s', async (path, more) => {
    const known = await server.call(secret, 'POST', '/events', event);
    const { publishableKey: publishable = '' } = workspace.keys;
    for (const visitorId of [known.body.data.visitorId, `user:${event.userId}`]) {
      const { status, body } = await server.call(publishable, 'POST', path, { visitorId, ...more });
      expect([status, body.code, body.errors[0].pointer]).toEqual([403, 'forbidden', '/visitorId']);
    }
  });

  it.each(['null', '[]', '"text"', '3'])('that is no object (%s) is rejected', async (payload) => {
    const request = { method: 'POST', url: '/api/support/events', headers: { 'x-api-key': secret }, payload } as const;
    const { status, body } = answerOf(await server.app.inject(request));
    expect([status, body.code]).toEqual([422, 'wrong_type']);
  });

  it('of a known bot is suppressed, not refused', async () => {
    const headers = { 'x-api-key': workspace.keys.publishableKey, 'user-agent': 'Googlebot/2.1' };
    const payload = { anonymousId: 'bot-1', name: 'seen' };
    const answer = answerOf(await server.app.inject({ method: 'POST', url: '/api/support/events', headers, payload }));
    expect([answer.status, answer.body.data.status, answer.body.data.code]).toEqual([200, 'suppressed', 'bot']);
  });
});

describe('a batch', () => {
  it('is answered item by item, in order, and with 200 whatever the items are', async () => {
    const items = [
      { type: 'track', ...event, messageId: 'batch-1' },
      { type: 'nonsense' },
      { type: 'track', ...event, messageId: 'batch-1' },
      null,
    ];
    const { status, body } = await server.call(secret, 'POST', '/batch', { items });
    expect(status).toBe(200);
    const results = body.data.results as { index: number; status: string }[];
    expect(results.map((each) => each.index)).toEqual([0, 1, 2, 3]);
    expect(results.map((each) => each.status)).toEqual(['accepted', 'rejected', 'duplicate', 'rejected']);
  });

  it.each([
    [MAX_BATCH_ITEMS, 200, undefined],
    [MAX_BATCH_ITEMS + 1, 413, 'too_many_items'],
  ])('of %i items answers %i', async (count, status, code) => {
    const answer = await server.call(secret, 'POST', '/batch', { items: Array(count).fill({}) });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('may be empty', async () => {
    expect((await server.call(secret, 'POST', '/batch', { items: [] })).body.data.results).toEqual([]);
  });

  it.each([{}, [], { items: {} }, null])('without a list of items (%j) is refused', async (body) => {
    const answer = await server.call(secret, 'POST', '/batch', body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/items']);
  });
});

describe('a web page', () => {
  it('may ask before it sends, without a key', async () => {
    const headers = { origin: 'https://www.example.com', 'access-control-request-method': 'POST' };
    const answer = await server.app.inject({ method: 'OPTIONS', url: '/api/support/events', headers });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('https://www.example.com');
    expect(answer.headers['access-control-allow-headers']).toContain('X-API-Key');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('may read why it was refused', async () => {
    const headers = { origin: 'https://www.example.com', 'x-api-key': 'pk_wrong' };
    const request = { method: 'POST', url: '/api/support/events', headers, payload: event } as const;
    const answer = await server.app.inject(request);
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([401, headers.origin]);
  });

  it('may not read visitors', async () => {
    const headers = { origin: 'https://www.example.com' };
    const answer = await server.app.inject({ method: 'OPTIONS', url: '/api/support/visitors', headers });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([405, undefined]);
  });
});

describe('one address with one publishable key', () => {
  const send = (key: string, ip: string, count: number) =>
    server.app.inject({
      method: 'POST',
      url: '/api/support/batch',
      headers: { 'x-api-key': key, 'x-forwarded-for': ip },
      payload: { items: Array(count).fill({}) },
    });

  it('may send so many items and no more, and is told what is left', async () => {
    const key = await publishableKey(server.world, workspace);
    const full = Math.floor(PUBLISHABLE_ITEMS_PER_WINDOW / MAX_BATCH_ITEMS);
    for (let i = 0; i < full; i++) expect((await send(key, '192.0.2.1', MAX_BATCH_ITEMS)).statusCode).toBe(200);
    const refused = await send(key, '192.0.2.1', 1);
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limited']);
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(PUBLISHABLE_WINDOW_SECONDS);
    expect(refused.headers.ratelimit).toContain('r=0;');
    const elsewhere = await send(key, '192.0.2.2', 1);
    expect(elsewhere.headers.ratelimit).toContain(`r=${PUBLISHABLE_ITEMS_PER_WINDOW - 1};`);
  });

  it('cannot get more by changing its address within one network of IPv6', async () => {
    const key = await publishableKey(server.world, workspace);
    await send(key, '2001:db8:1:2::1', 10);
    const neighbour = await send(key, '2001:db8:1:2:aaaa::2', 10);
    expect(neighbour.headers.ratelimit).toContain(`r=${PUBLISHABLE_ITEMS_PER_WINDOW - 20};`);
  });

  it('is not counted with a secret key', async () => {
    expect((await send(secret, '192.0.2.3', 1)).headers.ratelimit).toBeUndefined();
  });
});
