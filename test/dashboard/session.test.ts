/** Signing in to the dashboard: with what, for how long, and who is recorded. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../src/context.ts';
import { sql } from '../../src/infra/sql.ts';
import {
  DASHBOARD_SESSION_MS,
  DASHBOARD_USE_GRAIN_MS,
  KEY_CACHE_MS,
  MAX_DASHBOARD_SESSION_MS,
  SIGN_IN_CODE_MS,
} from '../../src/limits.ts';
import { findSession, sessionStands } from '../../src/services/dashboard-session-ring.ts';
import { makeSignInCode } from '../../src/services/sign-in-code.ts';
import { keyWith, openServer, type TestServer } from '../support/http.ts';
import type { TestClock, TestWorkspace } from '../support/world.ts';
import { cookieFor, cookieOf, OWN, opens, signIn, tokenIn, whoIs } from './agent.ts';

let server: TestServer;
let clock: TestClock;
let workspace: TestWorkspace;
let key: string;

beforeAll(async () => {
  server = await openServer();
  clock = server.world.clock;
});
afterAll(() => server.close());
beforeEach(async () => {
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey ?? '';
});

const code = () => makeSignInCode(server.world, key);
const keyIdOf = async (text: string, scopes: readonly Scope[] = SCOPES) => {
  const list = await server.call(key, 'GET', '/keys?limit=100');
  const found = list.body.data.find(({ hint, kind }: { hint: string; kind: string }) => {
    return kind === 'secret' && text.endsWith(hint);
  });
  expect(found.scopes).toEqual([...scopes]);
  return found.id as string;
};

describe('signing in', () => {
  it('with a secret key opens the API, and tells who is signed in', async () => {
    const answer = await signIn(server, { key, name: '  Ann Agent ' });
    expect([answer.status, answer.headers['cache-control']]).toEqual([201, 'no-store']);
    const session = {
      name: 'Ann Agent',
      keyName: 'First secret key',
      workspaceId: expect.stringMatching(/^wsp_/),
      scopes: [...SCOPES],
      expiresAt: new Date(clock.now().getTime() + DASHBOARD_SESSION_MS).toISOString(),
    };
    expect(answer.body).toEqual({ data: { session } });
    const cookie = cookieOf(answer);
    expect((await whoIs(server, cookie)).body).toEqual({ data: { session } });
    expect(await opens(server, cookie)).toBe(true);
  });

  it('has the scopes of the key and no others', async () => {
    const cookie = await cookieFor(server, await keyWith(server.world, workspace, ['visitors:read']));
    expect((await whoIs(server, cookie)).body.data.session.scopes).toEqual(['visitors:read']);
    const { statusCode } = await server.app.inject({ url: '/api/support/keys', headers: { cookie } });
    expect(statusCode).toBe(403);
  });

  it('with a publishable key is refused, and told which to use', async () => {
    const { status, body } = await signIn(server, { key: workspace.keys.publishableKey, name: 'Ann' });
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'invalid', '/key']);
    expect(body.errors[0].detail).toContain('secret key');
  });

  it('with a key that never was is refused', async () => {
    const { status, body } = await signIn(server, { key: 'sk_never_was_0123456789', name: 'Ann' });
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });

  it.each([
    [{}, '/key'],
    [{ name: 'Ann' }, '/key'],
    [{ key: 'sk_x' }, '/name'],
    [{ key: 'sk_x', name: ' \t ' }, '/name'],
    [{ key: 'sk_x', name: 'x'.repeat(101) }, '/name'],
    [{ key: '', name: 'Ann' }, '/key'],
    [{ key: { $ne: '' }, name: 'Ann' }, '/key'],
    [{ code: 7, name: 'Ann' }, '/code'],
    [{ key: 'sk_x', name: 'Ann', role: 'admin' }, '/role'],
  ])('with %j is refused at what is wrong', async (body, pointer) => {
    const answer = await signIn(server, body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('takes a name of 100 characters', async () => {
    expect((await signIn(server, { key, name: 'x'.repeat(100) })).status).toBe(201);
  });

  it('again ends the session the browser came with', async () => {
    const first = await cookieFor(server, key, 'Ann');
    const second = cookieOf(await signIn(server, { key, name: 'Bob' }, { origin: OWN, cookie: first }));
    expect([await opens(server, first), await opens(server, second)]).toEqual([false, true]);
  });
});

describe('a one-time code', () => {
  it('signs in once', async () => {
    const text = await code();
    const first = await signIn(server, { code: text, name: 'Ann' });
    expect([first.status, first.body.data.session.keyName]).toEqual([201, 'First secret key']);
    const second = await signIn(server, { code: text, name: 'Ann' });
    expect([second.status, second.body.code]).toEqual([401, 'sign_in_code_invalid']);
  });

  it('signs in one of many who come together', async () => {
    const text = await code();
    const names = Array.from({ length: 8 }, (_, i) => `Agent ${i}`);
    const answers = await Promise.all(names.map((name) => signIn(server, { code: text, name })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'sign_in_code_invalid')).toHaveLength(names.length - 1);
  });

  it('works for a day and not a moment longer', async () => {
    const [early, late] = [await code(), await code()];
    clock.advance(SIGN_IN_CODE_MS - 1);
    expect((await signIn(server, { code: early, name: 'Ann' })).status).toBe(201);
    clock.advance(1);
    expect((await signIn(server, { code: late, name: 'Ann' })).body.code).toBe('sign_in_code_invalid');
  });

  it('of a key that was revoked opens nothing', async () => {
    const text = await code();
    await server.call(key, 'DELETE', `/keys/${await keyIdOf(key)}`);
    expect((await signIn(server, { code: text, name: 'Ann' })).status).toBe(401);
  });

  it.each(['x', '', 'wsp_', 'wsp_01arz3ndektsv4rrffq69g5fav.x'])('that never was (%j) is refused', async (text) => {
    const { status } = await signIn(server, { code: text, name: 'Ann' }, { origin: OWN });
    expect(status).toBe(text === '' ? 422 : 401);
  });

  it('is no cookie, and a cookie is no code and no key', async () => {
    const text = await code();
    expect(await opens(server, `support_session=${text}`)).toBe(false);
    const token = tokenIn(await cookieFor(server, key));
    expect((await signIn(server, { code: token, name: 'Ann' })).body.code).toBe('sign_in_code_invalid');
    expect((await signIn(server, { key: token, name: 'Ann' })).body.code).toBe('unauthenticated');
    expect((await server.call(token, 'GET', '/visitors')).status).toBe(401);
  });
});

describe('a session', () => {
  it('is none, which is no fault, before anybody signed in', async () => {
    const { status, body } = await whoIs(server, '');
    expect([status, body]).toEqual([200, { data: { session: null } }]);
  });

  it('ends after twelve hours without use', async () => {
    const [used, unused] = [await cookieFor(server, key), await cookieFor(server, key)];
    clock.advance(DASHBOARD_SESSION_MS - 1);
    expect(await opens(server, used)).toBe(true);
    clock.advance(1);
    expect(await opens(server, unused)).toBe(false);
    expect((await whoIs(server, unused)).body.code).toBe('unauthenticated');
  });

  it('moves on while it is used, and ends after seven days all the same', async () => {
    const cookie = await cookieFor(server, key);
    const step = DASHBOARD_SESSION_MS - 1;
    let passed = 0;
    for (; passed + step < MAX_DASHBOARD_SESSION_MS; passed += step) {
      clock.advance(step);
      expect(await opens(server, cookie)).toBe(true);
    }
    clock.advance(MAX_DASHBOARD_SESSION_MS - passed - 1);
    expect(await opens(server, cookie)).toBe(true);
    clock.advance(1);
    expect(await opens(server, cookie)).toBe(false);
  });

  it('is moved on at most once in five minutes', async () => {
    const cookie = await cookieFor(server, key);
    const lastUse = async () => {
      const [row] = await server.world.db.rows<{ at: Date }>(sql`/* test.last_use */
        SELECT max(last_used_at) AS at FROM dashboard_session WHERE workspace_id = ${workspace.caller.workspaceId}::uuid`);
      return row?.at.getTime();
    };
    const start = clock.now().getTime();
    clock.advance(DASHBOARD_USE_GRAIN_MS - 1);
    await opens(server, cookie);
    expect(await lastUse()).toBe(start);
    clock.advance(1);
    await opens(server, cookie);
    expect(await lastUse()).toBe(start + DASHBOARD_USE_GRAIN_MS);
  });

  it('is not moved on by what its watcher is sent', async () => {
    const token = tokenIn(await cookieFor(server, key));
    clock.advance(DASHBOARD_SESSION_MS - 1);
    expect(await sessionStands(server.world, token)).toBe(true);
    clock.advance(1);
    expect(await sessionStands(server.world, token)).toBe(false);
  });

  it('ends at once with its key, and in other processes within seconds', async () => {
    const agentKey = await keyWith(server.world, workspace, ['visitors:read']);
    const cookie = await cookieFor(server, agentKey);
    // Another object for the same database: what one remembers is unknown to the other, as between processes.
    const elsewhere = { db: { ...server.world.db }, clock };
    expect(await findSession(elsewhere, tokenIn(cookie))).not.toBeNull();
    await server.call(key, 'DELETE', `/keys/${await keyIdOf(agentKey, ['visitors:read'])}`);
    expect(await opens(server, cookie)).toBe(false);
    clock.advance(KEY_CACHE_MS - 1);
    expect(await findSession(elsewhere, tokenIn(cookie))).not.toBeNull();
    clock.advance(1);
    expect(await findSession(elsewhere, tokenIn(cookie))).toBeNull();
  });

  it('ends when its key expires', async () => {
    const agentKey = await keyWith(server.world, workspace, ['visitors:read']);
    const id = await keyIdOf(agentKey, ['visitors:read']);
    const cookie = await cookieFor(server, agentKey);
    await server.call(key, 'POST', `/keys/${id}/rotate`, { overlapSeconds: 60 });
    const end = new Date(clock.now().getTime() + 60_000).toISOString();
    expect((await whoIs(server, cookie)).body.data.session.expiresAt).toBe(end);
    clock.advance(60_000 - 1);
    expect(await opens(server, cookie)).toBe(true);
    clock.advance(1);
    expect(await opens(server, cookie)).toBe(false);
  });

  it('loses what its key loses', async () => {
    const agentKey = await keyWith(server.world, workspace, ['visitors:read', 'admin']);
    const cookie = await cookieFor(server, agentKey);
    await server.world.db.run(sql`/* test.lose_scope */
      UPDATE api_key SET scopes = ARRAY['visitors:read'] WHERE name = 'Test'
        AND workspace_id = ${workspace.caller.workspaceId}::uuid`);
    clock.advance(KEY_CACHE_MS);
    expect((await whoIs(server, cookie)).body.data.session.scopes).toEqual(['visitors:read']);
    const { statusCode } = await server.app.inject({ url: '/api/support/keys', headers: { cookie } });
    expect(statusCode).toBe(403);
  });

  it('sees its own workspace and no other', async () => {
    const other = await server.world.workspace();
    await server.call(other.keys.secretKey, 'POST', '/visitors/identify', { userId: 'theirs' });
    const cookie = await cookieFor(server, key);
    const list = await server.app.inject({ url: '/api/support/visitors', headers: { cookie } });
    const theirs = await server.app.inject({ url: '/api/support/visitors/user:theirs', headers: { cookie } });
    expect([list.json().data, theirs.statusCode]).toEqual([[], 404]);
  });
});
