/** Deletion through the doors: who may, what is answered when, what a repeat gets, and what watchers see. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SCOPES } from '../../src/context.ts';
import type { ActivityPayload } from '../../src/contract/live.ts';
import { sql } from '../../src/infra/sql.ts';
import { watchActivity } from '../../src/services/visitor-activity.ts';
import { answerOf, keyWith, openServer, publishableKey, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';

describe('DELETE /visitors/{id}', () => {
  let server: TestServer;
  let ws: TestWorkspace;
  let key: string;

  beforeAll(async () => {
    server = await openServer();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    ws = await server.world.workspace();
    key = ws.keys.secretKey ?? '';
    await track('ann');
  });

  it('answers the receipt, and a repeat with the same key gets it again', async () => {
    const first = await remove('user:ann', { 'idempotency-key': 'once' });
    expect([first.status, first.body.data.receipt.counts.records]).toEqual([200, 1]);
    const again = await remove('user:ann', { 'idempotency-key': 'once' });
    expect(again).toMatchObject({ status: 200, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect((await remove('user:ann')).status).toBe(404);
  });

  it('is a 404 for whoever is gone, unknown, or no id at all', async () => {
    await remove('user:ann');
    for (const ref of ['user:ann', 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b', 'nonsense']) {
      expect(await remove(ref)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });

  it('is a 409 on legal hold', async () => {
    expect((await server.call(key, 'PUT', '/visitors/user:ann/hold', { hold: true })).status).toBe(200);
    expect(await remove('user:ann')).toMatchObject({ status: 409, body: { code: 'legal_hold' } });
    expect((await server.call(key, 'GET', '/visitors/user:ann/hold')).body.data.hold).toBe(true);
  });

  it.each(['dryRun=yes', 'dryRun=', 'shoes=1'])('refuses the query %s rather than to delete', async (query) => {
    expect((await remove(`user:ann?${query}`)).status).toBe(422);
    expect((await server.call(key, 'GET', '/visitors/user:ann')).status).toBe(200);
  });

  it('needs privacy:write, which no publishable key has', async () => {
    const reader = await keyWith(
      server.world,
      ws,
      SCOPES.filter((scope) => scope !== 'privacy:write'),
    );
    const page = await publishableKey(server.world, ws);
    for (const weak of [reader, page]) {
      for (const [method, path] of [
        ['DELETE', '/visitors/user:ann'],
        ['GET', '/visitors/user:ann/hold'],
        ['PUT', '/visitors/user:ann/hold'],
        ['GET', '/erasures/era_x'],
        ['POST', '/erasures/verify'],
        ['DELETE', '/erasures/era_x/suppression'],
      ] as const) {
        expect((await server.call(weak, method, path, {})).status, `${method} ${path}`).toBe(403);
      }
    }
  });

  it('forgets what was answered to others, but not what holds nothing of a visitor', async () => {
    const edit = { method: 'PUT', url: '/api/support/visitors/user:ann', payload: '{"name":"Ann"}' } as const;
    const headers = { 'x-api-key': key, 'idempotency-key': 'edit' };
    expect((await server.app.inject({ ...edit, headers })).statusCode).toBe(200);
    expect(await answers()).toHaveLength(1);
    await remove('user:ann', { 'idempotency-key': 'gone' });
    expect(JSON.stringify(await answers())).not.toContain('Ann');
    expect(await answers()).toHaveLength(1);
    expect((await server.app.inject({ ...edit, headers })).statusCode).toBe(404);
  });

  it('forgets the refusal of a deletion with the next one, because it repeats what was asked for', async () => {
    await server.call(key, 'PUT', '/visitors/user:ann/hold', { hold: true });
    expect((await remove('user:ann', { 'idempotency-key': 'held' })).status).toBe(409);
    expect(JSON.stringify(await answers())).toContain('user:ann');
    await server.call(key, 'PUT', '/visitors/user:ann/hold', { hold: false });
    await remove('user:ann');
    expect(await answers()).toEqual([]);
  });

  it('ends what watches the deleted visitor, and nothing else', async () => {
    await track('bob');
    const [ann, bob] = [await watchActivity(ws, 'user:ann'), await watchActivity(ws, 'user:bob')];
    for (const watch of [ann, bob]) expect((await watch.next()).value?.activities).toHaveLength(1);
    const next: Promise<IteratorResult<ActivityPayload>> = ann.next();
    await remove('user:ann');
    expect(await next).toEqual({ done: true, value: undefined });
    await track('bob');
    expect((await bob.next()).value?.activities).toMatchObject([{ name: 'looked' }]);
    await bob.return?.();
  });

  async function track(userId: string): Promise<void> {
    const { body } = await server.call(key, 'POST', '/events', { userId, name: 'looked' });
    expect(body.data.status).toBe('accepted');
  }

  async function remove(path: string, headers: Record<string, string> = {}) {
    const url = `/api/support/visitors/${path}`;
    return answerOf(await server.app.inject({ method: 'DELETE', url, headers: { 'x-api-key': key, ...headers } }));
  }

  function answers(): Promise<object[]> {
    return server.world.db.rows(sql`/* test.answers */
      SELECT status, body FROM idempotency WHERE workspace_id = ${ws.caller.workspaceId}::uuid`);
  }
});

describe('a caller who waited long enough', () => {
  it('is told how far it is, in REST and GraphQL, and finds the receipt later', async () => {
    const server = await openServer({}, undefined, { erasurePatience: async () => undefined });
    const ws = await server.world.workspace();
    const key = ws.keys.secretKey ?? '';
    for (const userId of ['ann', 'bob']) await server.call(key, 'POST', '/events', { userId, name: 'looked' });
    const rest = await server.call(key, 'DELETE', '/visitors/user:ann');
    expect(rest).toMatchObject({ status: 202, body: { data: { erasure: { status: 'running' } } } });
    const query = 'mutation { deleteVisitor(id: "user:bob") { receipt { id } erasure { id status } } }';
    const answer = await server.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      payload: JSON.stringify({ query }),
    });
    const { receipt, erasure } = answer.json().data.deleteVisitor;
    expect([receipt, erasure.status]).toEqual([null, 'running']);
    for (const id of [rest.body.data.erasure.id, erasure.id]) {
      const done = await vi.waitFor(async () => {
        const { body } = await server.call(key, 'GET', `/erasures/${id}`);
        expect(body.data.status).toBe('done');
        return body.data;
      });
      const verified = await server.call(key, 'POST', '/erasures/verify', { receipt: done.receipt });
      expect(verified.body.data.valid).toBe(true);
    }
    await server.close();
  });
});
