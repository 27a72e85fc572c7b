/** Visitors at the REST door: ids in paths, tags for edits, where merged ids lead. What they hold is tested elsewhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, openServer, type TestServer } from '../support/http.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await openServer();
  key = (await server.world.workspace()).keys.secretKey as string;
});
afterAll(() => server.close());

describe('a visitor id in a path', () => {
  it.each(['a/b', 'a%2Fb', '100%', 'ünïcödé ✓', 'x'.repeat(255), '✓'.repeat(255), 'a?b#c', 'user:x', '..'])(
    'may be any userId, percent-encoded: %s',
    async (userId) => {
      await server.call(key, 'POST', '/visitors/identify', { userId });
      const { status, body } = await server.call(key, 'GET', `/visitors/${encodeURIComponent(`user:${userId}`)}`);
      expect([status, body.data?.userId]).toEqual([200, userId]);
    },
  );

  it.each(['vis_nonsense', 'user:', 'nobody', 'user:a%00b', 'wsp_01hkw9x3v0e7ntcq5r8d2m4z6b'])(
    'that names nobody is not found: %s',
    async (id) => {
      const { status, body } = await server.call(key, 'GET', `/visitors/${id}`);
      expect([status, body.code]).toEqual([404, 'not_found']);
    },
  );
});

describe('an edit', () => {
  const put = (body: unknown, ifMatch?: string) =>
    server.app
      .inject({
        method: 'PUT',
        url: '/api/support/visitors/user:edited',
        headers: { 'x-api-key': key, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
        payload: JSON.stringify(body),
      })
      .then(answerOf);

  beforeAll(async () => {
    await server.call(key, 'POST', '/visitors/identify', { userId: 'edited', traits: { plan: 'premium' } });
  });

  it('with the present tag is made, and with that tag again refused', async () => {
    const { headers } = await server.call(key, 'GET', '/visitors/user:edited');
    const made = await put({ attributes: { plan: 'enterprise' } }, headers.etag as string);
    expect([made.status, made.body.data.attributes.plan]).toEqual([200, 'enterprise']);
    expect(made.headers.etag).not.toBe(headers.etag);
    const refused = await put({ attributes: { plan: 'basic' } }, headers.etag as string);
    expect([refused.status, refused.body.code]).toEqual([412, 'precondition_failed']);
  });

  it('leaves what it does not name, and removes what is null', async () => {
    await put({ name: 'Jane', phone: '+1', attributes: { a: 1, b: 2 } });
    const { body } = await put({ phone: null, attributes: { a: null } });
    expect(body.data).toMatchObject({ name: 'Jane', phone: null });
    expect(body.data.attributes.b).toBe(2);
    expect(body.data.attributes).not.toHaveProperty('a');
  });
});

describe('an id that was merged away', () => {
  let survivor: string;
  let gone: string;

  beforeAll(async () => {
    await server.call(key, 'POST', '/visitors/identify', { userId: 'stays', traits: { name: 'Stays' } });
    const { body } = await server.call(key, 'POST', '/events', { anonymousId: 'goes', name: 'seen' });
    gone = body.data.visitorId;
    const merging = { sourceVisitorId: gone, targetVisitorId: 'user:stays' };
    survivor = (await server.call(key, 'POST', '/visitors/merge', merging)).body.data.visitor.id;
  });

  it.each(['', '/sessions', '/events', '/merges'])('leads to the survivor, and says so: %s', async (below) => {
    const { status, body, headers } = await server.call(key, 'GET', `/visitors/${gone}${below}`);
    expect([status, body.meta.redirectedFrom]).toEqual([200, gone]);
    expect(headers.link).toBe(`</api/support/visitors/${survivor}${below}>; rel="canonical"`);
  });

  it('is not spoken of when the survivor itself was asked for', async () => {
    const { body, headers } = await server.call(key, 'GET', `/visitors/${survivor}`);
    expect([body.meta, headers.link]).toEqual([undefined, undefined]);
  });
});

describe('a list', () => {
  it('refuses a page number beside a cursor', async () => {
    const { status, body } = await server.call(key, 'GET', '/visitors?page=1&cursor=abc');
    expect([status, body.errors[0].pointer]).toEqual([422, '/cursor']);
  });

  it.each([
    ['limit=1', 200],
    ['limit=0', 422],
    ['limit=100', 200],
    ['limit=101', 422],
    ['page=1', 200],
    ['page=0', 422],
    ['page=1.5', 422],
    ['identified=true', 200],
    ['identified=yes', 422],
    ['sort=-name', 200],
    ['sort=nonsense', 422],
    ['limit=1&limit=2', 422],
    ['cursor=nonsense', 422],
  ])('asked with %s answers %i', async (query, status) => {
    expect((await server.call(key, 'GET', `/visitors?${query}`)).status).toBe(status);
  });
});
