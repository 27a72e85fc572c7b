/** A link to an export opens one person, once, for a while. Every other way it is used is answered alike. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import { EXPORT_LINK_MS } from '../../src/limits.ts';
import { keyWith, openServer, publishableKey, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';
import { parsed } from './somebody.ts';
import { unzipped } from './zip.ts';

let server: TestServer;
let workspace: TestWorkspace;
let key: string;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey ?? '';
  await server.call(key, 'POST', '/visitors/identify', { userId: 'ann', traits: { name: 'Ann' } });
});

interface Made {
  readonly data: { readonly exportVisitor: { readonly url: string; readonly expiresAt: string } } | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask(id: string, { by = key, format = 'json' } = {}): Promise<Made> {
  const query =
    'mutation ($id: ID!, $format: ExportFormat) { exportVisitor(id: $id, format: $format) { url expiresAt } }';
  const answer = await server.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'x-api-key': by, 'content-type': 'application/json', host: 'support.example.com' },
    payload: JSON.stringify({ query, variables: { id, format } }),
  });
  return answer.json();
}

async function linkTo(id: string, options = {}): Promise<string> {
  const { data } = await ask(id, options);
  return new URL(data?.exportVisitor.url ?? '').pathname;
}

const open = (path: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') => server.app.inject({ method, url: path });

/** What a refused link is answered, but for what names the request. */
async function refused(path: string) {
  const answer = await open(path);
  expect(answer.statusCode).toBe(404);
  const { requestId: _request, instance: _path, ...problem } = answer.json();
  return problem;
}

describe('a link', () => {
  it('is an address of the server as it was asked, and ends after some minutes', async () => {
    const { data } = await ask('user:ann');
    expect(data?.exportVisitor.url).toMatch(
      /^http:\/\/support\.example\.com\/api\/support\/exports\/wsp_\w+\.[\w-]{43}$/,
    );
    const expiresAt = new Date(server.world.clock.now().getTime() + EXPORT_LINK_MS).toISOString();
    expect(data?.exportVisitor.expiresAt).toBe(expiresAt);
  });

  it('opens the same file as the key does', async () => {
    const path = await linkTo('user:ann');
    const url = '/api/support/visitors/user:ann/export';
    const { body } = await server.app.inject({ url, headers: { 'x-api-key': key } });
    const answer = await open(path);
    const [byKey, byLink] = [parsed(body), parsed(answer.body)];
    expect(byLink).toEqual(byKey);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="visitor-${byKey.visitor.id}.json"`);
  });

  it('opens tables when they were asked for', async () => {
    const { rawPayload } = await open(await linkTo('user:ann', { format: 'csv' }));
    expect((await unzipped(rawPayload)).has('manifest.json')).toBe(true);
  });

  it('opens once, however many come at once', async () => {
    const path = await linkTo('user:ann');
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(path)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(7).fill(404)]);
  });

  it('is not used up by looking whether it is there', async () => {
    const path = await linkTo('user:ann');
    expect([(await open(path, 'HEAD')).statusCode, (await open(path, 'POST')).statusCode]).toEqual([405, 405]);
    expect((await open(path)).statusCode).toBe(200);
  });

  it.each([
    [EXPORT_LINK_MS - 1, 200],
    [EXPORT_LINK_MS, 404],
  ])('that is %i ms old is answered with %i', async (age, status) => {
    const path = await linkTo('user:ann');
    server.world.clock.advance(age);
    expect((await open(path)).statusCode).toBe(status);
  });

  it('that is used, too old, changed or made up is refused in the same words', async () => {
    const [used, old] = [await linkTo('user:ann'), await linkTo('user:ann')];
    await open(used);
    server.world.clock.advance(EXPORT_LINK_MS);
    const fresh = await linkTo('user:ann');
    const stranger = (await server.world.workspace()).caller.workspaceId;
    const words = await refused(used);
    expect(words.code).toBe('not_found');
    const others = [
      old,
      `${fresh}x`,
      fresh.slice(0, -1),
      '/api/support/exports/nonsense',
      `/api/support/exports/${stranger}.x`,
    ];
    for (const other of others) expect(await refused(other)).toEqual(words);
  });

  it('is kept as a hash alone', async () => {
    const token = (await linkTo('user:ann')).split('/').at(-1) ?? '';
    const rows = await workspace.db.rows<{ row: string; bytes: number }>(sql`/* test.links */
      SELECT to_jsonb(x)::text AS row, length(link_hash) AS bytes FROM visitor_export x
      WHERE workspace_id = ${workspace.caller.workspaceId}::uuid`);
    expect(rows).toMatchObject([{ bytes: 32 }]);
    expect(rows[0]?.row).not.toContain(token.split('.')[1]);
    expect(server.logged.join()).not.toContain(token);
  });

  it('is noted as an export when it is made', async () => {
    const { exports } = parsed((await open(await linkTo('user:ann'))).body);
    expect(exports).toMatchObject([{ format: 'json', by: { name: 'First secret key' } }]);
  });
});

describe('a link opens nobody', () => {
  it('else: once its person was merged into another one it is refused', async () => {
    await server.call(key, 'POST', '/visitors/identify', { userId: 'bob', traits: { name: 'Bob' } });
    const path = await linkTo('user:ann');
    const merge = { sourceVisitorId: 'user:ann', targetVisitorId: 'user:bob', allowIdentified: true };
    expect((await server.call(key, 'POST', '/visitors/merge', merge)).status).toBe(200);
    expect((await open(path)).statusCode).toBe(404);
  });

  it('who was erased since', async () => {
    const path = await linkTo('user:ann');
    await workspace.db.run(sql`/* test.erase */
      UPDATE record SET erased_at = now() WHERE workspace_id = ${workspace.caller.workspaceId}::uuid`);
    expect((await open(path)).statusCode).toBe(404);
  });

  it('once the key that made it has ended', async () => {
    const by = await keyWith(server.world, workspace, ['privacy:write']);
    const path = await linkTo('user:ann', { by });
    const { body } = await server.call(key, 'GET', '/keys');
    await server.call(key, 'DELETE', `/keys/${body.data[0].id}`);
    expect((await open(path)).statusCode).toBe(404);
  });

  it.each([
    ['a key without the scope', () => keyWith(server.world, workspace, ['visitors:read', 'visitors:write'])],
    ['a publishable key', () => publishableKey(server.world, workspace)],
  ])('for %s: none is made', async (_what, make) => {
    expect(await ask('user:ann', { by: await make() })).toMatchObject({
      errors: [{ extensions: { code: 'forbidden' } }],
    });
  });

  it('who is not there: none is made', async () => {
    expect(await ask('user:nobody')).toMatchObject({ errors: [{ extensions: { code: 'not_found' } }] });
  });
});
