/** Writes with an Idempotency-Key: carried out once, answered as often as they are asked for. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import type { Database } from '../../src/infra/database.ts';
import { sql } from '../../src/infra/sql.ts';
import { IDEMPOTENCY_CLAIM_MS, IDEMPOTENCY_MS, MAX_LENGTH } from '../../src/limits.ts';
import { answerOf, keyWith, openServer, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';

let server: TestServer;
let workspace: TestWorkspace;
let key: string;
let repeated: string;
/** What every transaction waits for, when set. */
let before: (() => Promise<void>) | undefined;

beforeAll(async () => {
  server = await openServer({}, delayed);
});
afterAll(() => server.close());
beforeEach(async () => {
  before = undefined;
  repeated = randomUUID();
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey as string;
  for (const userId of ['u1', 'u2']) await server.call(key, 'POST', '/visitors/identify', { userId });
});

interface Sent {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly secretKey?: string;
  readonly headers?: Record<string, string>;
}

async function send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, sent: Sent = {}) {
  const { body, idempotencyKey = repeated, secretKey = key, headers = {} } = sent;
  const all = { 'x-api-key': secretKey, 'idempotency-key': idempotencyKey, ...headers };
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  return answerOf(await server.app.inject({ method, url: `/api/support${path}`, headers: all, ...payload }));
}

const rename = (name: string, sent: Sent = {}) => send('PUT', '/visitors/user:u1', { ...sent, body: { name } });
const merge = { sourceVisitorId: 'user:u1', targetVisitorId: 'user:u2', allowIdentified: true };
const newKey = { kind: 'secret', name: 'Made once', scopes: ['visitors:read'] };

describe('a write that is repeated with its key', () => {
  it('is answered as before, marked, and not carried out again', async () => {
    const first = await send('POST', '/visitors/merge', { body: merge });
    const again = await send('POST', '/visitors/merge', { body: merge });
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect((await send('POST', '/visitors/merge', { body: merge, idempotencyKey: 'other' })).status).toBe(409);
  });

  it('keeps its headers, and leaves what was written since', async () => {
    const first = await rename('Ann');
    await rename('Anna', { idempotencyKey: 'other' });
    const again = await rename('Ann');
    expect([again.headers.etag, again.body.data.name]).toEqual([first.headers.etag, 'Ann']);
    expect((await server.call(key, 'GET', '/visitors/user:u1')).body.data.name).toBe('Anna');
  });

  it('is answered without a body when the first was', async () => {
    const made = await server.call(key, 'POST', '/keys', newKey);
    for (const replayed of [undefined, 'true']) {
      const { status, body, headers } = await send('DELETE', `/keys/${made.body.data.id}`);
      expect([status, body, headers['idempotency-replayed']]).toEqual([204, undefined, replayed]);
    }
  });

  it('is refused as before, though it would succeed by now', async () => {
    const path = '/visitors/user:later';
    const first = await send('PUT', path, { body: { name: 'Ann' } });
    await server.call(key, 'POST', '/visitors/identify', { userId: 'later' });
    const again = await send('PUT', path, { body: { name: 'Ann' } });
    expect(again).toMatchObject({ status: 404, headers: { 'idempotency-replayed': 'true' } });
    expect(again.body).toEqual({ ...first.body, requestId: again.headers['x-request-id'] });
  });

  it.each(['/keys', '/keys/{id}/rotate'])('never shows the text of a key twice: %s', async (path) => {
    const old = await server.call(key, 'POST', '/keys', newKey);
    const body = path === '/keys' ? newKey : {};
    const first = await send('POST', path.replace('{id}', old.body.data.id), { body });
    const again = await send('POST', path.replace('{id}', old.body.data.id), { body });
    expect(first.body.data.key).toMatch(/^sk_/);
    expect([again.status, again.headers.location]).toEqual([201, first.headers.location]);
    expect(again.body.data).toEqual({ ...first.body.data, key: null });
    expect(await everythingKept()).not.toContain(first.body.data.key);
  });

  it('is answered for a day, and carried out anew then', async () => {
    await rename('Ann');
    await rename('Anna', { idempotencyKey: 'other' });
    server.world.clock.advance(IDEMPOTENCY_MS - 1);
    expect((await rename('Ann')).headers['idempotency-replayed']).toBe('true');
    server.world.clock.advance(1);
    expect((await rename('Ann')).headers['idempotency-replayed']).toBeUndefined();
    expect((await server.call(key, 'GET', '/visitors/user:u1')).body.data.name).toBe('Ann');
    expect(await rowsKept()).toBe(1);
  });
});

describe('a key that came with another request', () => {
  it.each<[string, () => ReturnType<typeof send>]>([
    ['body', () => rename('Anna')],
    ['path', () => send('PUT', '/visitors/user:u2', { body: { name: 'Ann' } })],
    ['method', () => send('POST', '/visitors/merge', { body: merge })],
    ['If-Match', () => rename('Ann', { headers: { 'if-match': '*' } })],
  ])('is refused: another %s', async (_what, another) => {
    await rename('Ann');
    const { status, body } = await another();
    expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('is not refused when only the order of members differs', async () => {
    await send('PUT', '/visitors/user:u1', { body: { name: 'Ann', phone: '+1' } });
    const again = await send('PUT', '/visitors/user:u1', { body: { phone: '+1', name: 'Ann' } });
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('belongs to one API key: another may use the same text', async () => {
    await rename('Ann');
    const secretKey = await keyWith(server.world, workspace, ['visitors:write']);
    expect((await rename('Anna', { secretKey })).body.data.name).toBe('Anna');
  });
});

describe('two requests with one key at once', () => {
  it('are not both carried out: the second is told to come back', async () => {
    let go = () => {};
    const hold = new Promise<void>((resolve) => {
      go = resolve;
    });
    let first: ReturnType<typeof rename> | undefined;
    await new Promise<void>((arrived) => {
      before = () => {
        arrived();
        return hold;
      };
      first = rename('Ann');
    });
    const second = await rename('Ann');
    expect([second.status, second.body.code]).toEqual([409, 'idempotency_in_progress']);
    expect(second.headers['retry-after']).toBe('1');
    go();
    expect((await first)?.status).toBe(200);
    expect((await rename('Ann')).headers['idempotency-replayed']).toBe('true');
  });
});

describe('a request that failed through our fault', () => {
  it.each([
    [new Error('a bug'), 500],
    [new Unavailable('gone'), 503],
  ])('frees its key: %s', async (fault, status) => {
    before = () => Promise.reject(fault);
    expect((await rename('Ann')).status).toBe(status);
    before = undefined;
    const again = await rename('Ann');
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, undefined]);
  });

  it('and could not even say so blocks its key for a minute, not for ever', async () => {
    await rename('Ann');
    await server.world.db.run(sql`/* test.crash */
      UPDATE idempotency SET status = NULL WHERE workspace_id = ${workspace.caller.workspaceId}::uuid`);
    server.world.clock.advance(IDEMPOTENCY_CLAIM_MS - 1);
    expect((await rename('Ann')).body.code).toBe('idempotency_in_progress');
    server.world.clock.advance(1);
    expect((await rename('Ann')).status).toBe(200);
  });
});

describe('an Idempotency-Key', () => {
  it.each([
    ['', 422],
    ['x', 200],
    ['x'.repeat(MAX_LENGTH.id), 200],
    ['x'.repeat(MAX_LENGTH.id + 1), 422],
  ])('may have so many characters and no more: %s', async (idempotencyKey, status) => {
    expect((await rename('Ann', { idempotencyKey })).status).toBe(status);
  });

  it('is nothing to a read, and is not kept itself', async () => {
    await send('GET', '/visitors/user:u1');
    expect(await rowsKept()).toBe(0);
    await rename('Ann');
    expect(await everythingKept()).not.toContain(repeated);
  });

  it('without the scope is neither claimed nor answered', async () => {
    await rename('Ann');
    const secretKey = await keyWith(server.world, workspace, ['visitors:read']);
    expect((await rename('Ann', { secretKey })).status).toBe(403);
    expect(await rowsKept()).toBe(1);
  });
});

async function rowsKept(): Promise<number> {
  return (await kept()).length;
}

async function everythingKept(): Promise<string> {
  return JSON.stringify(await kept());
}

function kept(): Promise<unknown[]> {
  return server.world.db.rows(sql`/* test.idempotency */
    SELECT i::text FROM idempotency i WHERE workspace_id = ${workspace.caller.workspaceId}::uuid`);
}

/** Holds each transaction before it begins: inside it, nobody else could use the embedded database. */
function delayed(db: Database): Database {
  const transaction: Database['transaction'] = async (work) => {
    const wait = before;
    before = undefined;
    await wait?.();
    return db.transaction(work);
  };
  return { ...db, transaction };
}
