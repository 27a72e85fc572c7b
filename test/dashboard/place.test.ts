/** What signing in leaves behind: a cookie that fits where the server stands, a name beside what was done, a limit. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAILED_SIGN_INS_PER_WINDOW, MAX_DASHBOARD_SESSION_MS } from '../../src/limits.ts';
import { ask } from '../graphql/asking.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';
import { cookieFor, OWN, signIn } from './agent.ts';

describe('the cookie', () => {
  let server: TestServer;
  afterEach(() => server.close());

  const attributes = `Max-Age=${MAX_DASHBOARD_SESSION_MS / 1000}; Path=/; HttpOnly; SameSite=Strict`;

  it('is readable to no script and sent to no other site', async () => {
    server = await openServer();
    const { keys } = await server.world.workspace();
    const { headers } = await signIn(server, { key: keys.secretKey, name: 'Ann' });
    expect(headers['set-cookie']).toMatch(/^support_session=wsp_[0-9a-z]{26}\.[\w-]{43}; /);
    expect(String(headers['set-cookie']).split('; ').slice(1).join('; ')).toBe(attributes);
  });

  it('is bound to https and to one host where browsers come by https', async () => {
    server = await openServer({ PUBLIC_URL: 'https://support.example.com' });
    const { keys } = await server.world.workspace();
    const origin = 'https://support.example.com';
    const { headers } = await signIn(server, { key: keys.secretKey, name: 'Ann' }, { origin });
    expect(headers['set-cookie']).toMatch(/^__Host-support_session=wsp_/);
    expect(String(headers['set-cookie']).split('; ').slice(1).join('; ')).toBe(`${attributes}; Secure`);
    const [cookie = ''] = String(headers['set-cookie']).split(';', 1);
    const edit = (from: string, sent: string) =>
      server.app.inject({
        method: 'PUT',
        url: '/api/support/visitors/user:x',
        headers: { cookie: sent, origin: from },
        payload: '{}',
      });
    expect((await edit(origin, cookie)).statusCode).toBe(404);
    expect((await edit('http://support.example.com', cookie)).statusCode).toBe(403);
    expect((await edit(OWN, cookie)).statusCode).toBe(403);
    expect((await edit(origin, cookie.replace('__Host-', ''))).statusCode).toBe(401);
  });
});

describe('what an agent does', () => {
  let server: TestServer;
  let key: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    server = await openServer();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    key = (await server.world.workspace()).keys.secretKey ?? '';
    headers = { cookie: await cookieFor(server, key, 'Ann Agent'), origin: OWN };
    for (const userId of ['ann', 'bob']) await server.call(key, 'POST', '/visitors/identify', { userId });
  });

  const send = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
    server.app
      .inject({ method, url: `/api/support${path}`, headers, ...(body ? { payload: JSON.stringify(body) } : {}) })
      .then(answerOf);
  const merge = { sourceVisitorId: 'user:ann', targetVisitorId: 'user:bob', allowIdentified: true };
  const ann = { keyId: expect.stringMatching(/^key_/), name: 'Ann Agent' };

  it('is recorded under their own name: merge, edit since, undo', async () => {
    expect((await send('POST', '/visitors/merge', merge)).status).toBe(200);
    await send('PUT', '/visitors/user:bob', { name: 'Bob' });
    const { data } = (await server.call(key, 'GET', '/visitors/user:bob/merges')).body;
    expect(data[0].by).toEqual(ann);
    const undone = await send('POST', `/visitors/merges/${data[0].id}/undo`);
    expect(undone.status).toBe(200);
    expect(JSON.stringify(undone.body)).toContain('"name":"Ann Agent"');
    expect(JSON.stringify(undone.body)).not.toContain('First secret key');
  });

  it('is recorded so through GraphQL, too', async () => {
    const query = `mutation { mergeVisitors(input: { sourceVisitorId: "user:ann", targetVisitorId: "user:bob",
      allowIdentified: true }) { merge { by { name } } } }`;
    const { data, errors } = await ask(server, { query, headers });
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toContain('"by":{"name":"Ann Agent"}');
  });

  it('is told apart from what the key does by itself', async () => {
    await server.call(key, 'POST', '/visitors/merge', merge);
    const { data } = (await send('GET', '/visitors/user:bob/merges')).body;
    expect(data[0].by).toEqual({ ...ann, name: 'First secret key' });
  });

  it('names them on the keys they make', async () => {
    const made = await send('POST', '/keys', { kind: 'secret', name: 'Import', scopes: ['events:read'] });
    expect(made.body.data.createdBy).toEqual(ann);
  });
});

describe('guessing', () => {
  let server: TestServer;
  let key: string | undefined;

  beforeAll(async () => {
    server = await openServer();
    key = (await server.world.workspace()).keys.secretKey;
  });
  afterAll(() => server.close());

  const guess = (remoteAddress: string, body: object = { key: 'sk_guess_0123456789' }) =>
    signIn(server, { ...body, name: 'Ann' }, { origin: OWN }, remoteAddress);
  const exhaust = async (remoteAddress: string) => {
    const guesses = Array.from({ length: FAILED_SIGN_INS_PER_WINDOW }, () => guess(remoteAddress));
    expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual(guesses.map(() => 401));
  };

  it('is stopped after a few, even for the right key, and told how long', async () => {
    await exhaust('192.0.2.1');
    const { status, body, headers } = await guess('192.0.2.1', { key });
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await guess('192.0.2.2', { key })).status).toBe(201);
  });

  it('counts codes with keys, and all addresses of one household together', async () => {
    await exhaust('2001:db8:1:2::1');
    expect((await guess('2001:db8:1:2::ffff', { code: 'x' })).status).toBe(429);
    expect((await guess('2001:db8:1:3::1', { code: 'x' })).status).toBe(401);
  });

  it('is not what signing in often is, nor a slip of the pen', async () => {
    for (let i = 0; i <= FAILED_SIGN_INS_PER_WINDOW; i++) {
      expect((await guess('192.0.2.3', { key })).status).toBe(201);
      expect((await guess('192.0.2.3', {})).status).toBe(422);
    }
  });
});
