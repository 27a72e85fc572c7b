/** Keys at the door: which are let in, where from, and to what. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/context.ts';
import { ingestRoutes } from '../../src/contract/ingest-routes.ts';
import { restRoutes } from '../../src/contract/rest-routes.ts';
import { answerOf, keyWith, openServer, publishableKey, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';

let server: TestServer;
let workspace: TestWorkspace;
let secret: string;
let publishable: string;

beforeAll(async () => {
  server = await openServer({ PUBLIC_URL: 'https://support.example.com' });
  workspace = await server.world.workspace();
  secret = workspace.keys.secretKey as string;
  publishable = workspace.keys.publishableKey as string;
});
afterAll(() => server.close());

const rest = Object.values(restRoutes).map((route) => [route.method, route.path, route.scope] as const);
const ingest = Object.values(ingestRoutes).map((route) => [route.method, route.path] as const);
const everything = [...rest, ...ingest].map(([method, path]) => [method, path] as const);
const event = { anonymousId: 'auth-1', name: 'seen' };

describe('a REST route', () => {
  it.each(rest)('%s %s refuses a key that has every scope but %s', async (method, path, scope) => {
    const key = await keyWith(
      server.world,
      workspace,
      SCOPES.filter((each) => each !== scope),
    );
    const { status, body } = await server.call(key, method, path.replace('{id}', 'x'));
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(body.detail).toContain(scope);
  });

  it.each(rest)('%s %s lets in a key that has %s alone', async (method, path, scope) => {
    const key = await keyWith(server.world, workspace, [scope]);
    const { status } = await server.call(key, method, path.replace('{id}', 'x'));
    expect([200, 201, 404, 422]).toContain(status);
  });

  it.each(rest)('%s %s refuses a publishable key', async (method, path) => {
    const { status, body } = await server.call(publishable, method, path.replace('{id}', 'x'));
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it.each(everything)('%s %s refuses to answer without a key', async (method, path) => {
    const { status, body, headers } = await server.call(undefined, method, path.replace('{id}', 'x'), {});
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    expect(headers['www-authenticate']).toBe('Bearer');
  });
});

describe('an ingestion route', () => {
  it.each(ingest)('%s %s refuses a secret key without visitors:write', async (method, path) => {
    const key = await keyWith(
      server.world,
      workspace,
      SCOPES.filter((scope) => scope !== 'visitors:write'),
    );
    const { status, body } = await server.call(key, method, path, { ...event, items: [] });
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it('takes the key from wherever a client can put it', async () => {
    const basic = Buffer.from(`${publishable}:`).toString('base64');
    const url = '/api/support/events';
    const answers = await Promise.all([
      server.app.inject({ method: 'POST', url, headers: { 'x-api-key': publishable }, payload: event }),
      server.app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${publishable}` }, payload: event }),
      server.app.inject({ method: 'POST', url, headers: { authorization: `Basic ${basic}` }, payload: event }),
      server.app.inject({ method: 'POST', url: `${url}?key=${publishable}`, payload: event }),
      server.app.inject({ method: 'POST', url, payload: { ...event, writeKey: publishable } }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  });

  it('tells a publishable key ids and a status, and nothing else', async () => {
    const { body } = await server.call(publishable, 'POST', '/visitors/identify', {
      userId: 'told-1',
      traits: { email: 'told@example.com' },
    });
    expect(Object.keys(body.data).sort()).toEqual(['messageId', 'status', 'visitorId']);
  });
});

describe('a key', () => {
  it.each(['sk_unknown', 'pk_', '', 'Bearer', '\u00fc'])('that is not one (%j) is refused', async (key) => {
    const url = '/api/support/visitors';
    const { status, body } = answerOf(await server.app.inject({ url, headers: { 'x-api-key': key } }));
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });

  it('decides the workspace', async () => {
    const other = await server.world.workspace();
    await server.call(secret, 'POST', '/events', { userId: 'only-here', name: 'seen' });
    const { body } = await server.call(other.keys.secretKey, 'GET', '/visitors');
    expect(body.data).toEqual([]);
  });
});

describe('a request of a web page', () => {
  const from = (key: string, origin: string | undefined, method: 'GET' | 'POST' = 'POST') =>
    server.app
      .inject({
        method,
        url: method === 'POST' ? '/api/support/events' : '/api/support/visitors',
        headers: { 'x-api-key': key, ...(origin === undefined ? {} : { origin }) },
        ...(method === 'POST' ? { payload: event } : {}),
      })
      .then(answerOf);

  it.each(['https://shop.example.com', 'null', 'https://support.example.com.evil.example'])(
    'with a secret key from %s is refused, and told why',
    async (origin) => {
      for (const method of ['GET', 'POST'] as const) {
        const { status, body } = await from(secret, origin, method);
        expect([status, body.code]).toEqual([403, 'secret_key_in_browser']);
        expect(body.detail).toMatch(/web page.*publishable key/);
      }
    },
  );

  it("with a secret key is let in from the server's own pages", async () => {
    expect((await from(secret, 'https://support.example.com', 'GET')).status).toBe(200);
  });

  it('with a publishable key is let in only from the origins on its list', async () => {
    const key = await publishableKey(server.world, workspace, ['https://www.example.com']);
    expect((await from(key, 'https://www.example.com')).status).toBe(200);
    expect((await from(key, undefined)).status).toBe(200);
    const refused = await from(key, 'https://example.com');
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
  });

  it('with a publishable key without a list is let in from anywhere', async () => {
    expect((await from(publishable, 'https://anywhere.example')).status).toBe(200);
  });
});
