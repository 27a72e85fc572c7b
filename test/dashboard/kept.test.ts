/** What is kept of sessions: what a request costs, how one is ended, and what lies in the database meanwhile. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compile, sql } from '../../src/infra/sql.ts';
import { KEY_CACHE_MS, SWEPT_PER_SIGN_IN } from '../../src/limits.ts';
import { makeSignInCode } from '../../src/services/sign-in-code.ts';
import { openServer, type TestServer } from '../support/http.ts';
import type { TestClock, TestWorkspace } from '../support/world.ts';
import { cookieFor, cookieOf, OWN, opens, SESSION, signIn, tokenIn } from './agent.ts';

const statements: string[] = [];
let server: TestServer;
let clock: TestClock;
let workspace: TestWorkspace;
let key: string;

beforeAll(async () => {
  server = await openServer({}, (db) => ({
    ...db,
    rows: (statement) => {
      statements.push(compile(statement).name);
      return db.rows(statement);
    },
    run: (statement) => {
      statements.push(compile(statement).name);
      return db.run(statement);
    },
  }));
  clock = server.world.clock;
});
afterAll(() => server.close());
beforeEach(async () => {
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey ?? '';
});

const code = () => makeSignInCode(server.world, key);

describe('a request with the cookie', () => {
  it('asks who it is once in a few seconds, and otherwise costs what the same request costs with a key', async () => {
    const cookie = await cookieFor(server, key);
    const cost = async () => {
      statements.length = 0;
      expect(await opens(server, cookie)).toBe(true);
      return [...statements];
    };
    await server.call(key, 'GET', '/visitors');
    statements.length = 0;
    await server.call(key, 'GET', '/visitors');
    const withKey = [...statements];
    expect(await cost()).toEqual(withKey);
    clock.advance(KEY_CACHE_MS);
    expect(await cost()).toEqual(['dashboard_session.find', ...withKey]);
    expect(await cost()).toEqual(withKey);
  });
});

describe('signing out', () => {
  const leave = (cookie: string) =>
    server.app.inject({ method: 'DELETE', url: SESSION, headers: { cookie, origin: OWN } });

  it('ends the session, clears the cookie, and may be repeated', async () => {
    const cookie = await cookieFor(server, key);
    const other = await cookieFor(server, key);
    for (let i = 0; i < 2; i++) {
      const answer = await leave(cookie);
      expect([answer.statusCode, answer.body]).toEqual([204, '']);
      expect(answer.headers['set-cookie']).toMatch(/^support_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/);
    }
    expect([await opens(server, cookie), await opens(server, other)]).toEqual([false, true]);
  });

  it('without a session is done already', async () => {
    const { statusCode } = await server.app.inject({ method: 'DELETE', url: SESSION });
    expect(statusCode).toBe(204);
  });
});

describe('what is kept', () => {
  it('holds no key, code or cookie as it is, and neither does the log', async () => {
    const text = await code();
    const unused = await code();
    const tokens = [
      tokenIn(await cookieFor(server, key)),
      tokenIn(cookieOf(await signIn(server, { code: text, name: 'A' }))),
    ];
    await signIn(server, { key: 'sk_canary_0123456789', name: 'A' });
    const rows = await server.world.db.rows<{ row: string }>(sql`/* test.everything */
      SELECT s::text AS row FROM dashboard_session s UNION ALL SELECT c::text FROM sign_in_code c
      UNION ALL SELECT k::text FROM api_key k`);
    expect(rows.length).toBeGreaterThan(3);
    const kept = `${JSON.stringify(rows)}${server.logged.join('')}`;
    for (const secret of [key, text, unused, ...tokens, 'sk_canary']) {
      const random = secret.split('.').at(-1) ?? '';
      expect(kept).not.toContain(random);
      expect(kept).not.toContain(Buffer.from(random).toString('hex'));
    }
  });

  it('is cleared of what is over, a bounded number at a time', async () => {
    const { workspaceId } = workspace.caller;
    const counts = async () => {
      const [row] = await server.world.db.rows<{ sessions: number; codes: number }>(sql`/* test.count */
        SELECT (SELECT count(*) FROM dashboard_session WHERE workspace_id = ${workspaceId}::uuid) AS sessions,
          (SELECT count(*) FROM sign_in_code WHERE workspace_id = ${workspaceId}::uuid) AS codes`);
      return [row?.sessions, row?.codes];
    };
    await server.world.db.run(sql`/* test.old_sessions */
      INSERT INTO dashboard_session SELECT ${workspaceId}::uuid, decode(md5(n::text), 'hex'), gen_random_uuid(), 'x',
        ${clock.now()}::timestamptz, ${clock.now()}::timestamptz, ${clock.now()}::timestamptz
      FROM generate_series(1, ${SWEPT_PER_SIGN_IN + 1}::int) n`);
    await server.world.db.run(sql`/* test.old_codes */
      INSERT INTO sign_in_code SELECT ${workspaceId}::uuid, decode(md5(n::text), 'hex'), gen_random_uuid(),
        ${clock.now()}::timestamptz, ${clock.now()}::timestamptz
      FROM generate_series(1, ${SWEPT_PER_SIGN_IN + 1}::int) n`);
    await cookieFor(server, key);
    expect(await counts()).toEqual([2, 1]);
    await cookieFor(server, key);
    expect(await counts()).toEqual([2, 0]);
  });
});
