/** Tags and notes at the REST door: statuses, where things are, ids that were merged away, and hostile input. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyWith, openServer, type TestServer } from '../support/http.ts';

let server: TestServer;
let keys: { readonly publishableKey?: string | undefined; readonly secretKey?: string | undefined };
let workspace: Awaited<ReturnType<TestServer['world']['workspace']>>;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  workspace = await server.world.workspace();
  keys = workspace.keys;
  for (const anonymousId of ['a', 'b']) await ask('POST', '/events', { anonymousId, name: 'looked' });
});

type Method = Parameters<TestServer['call']>[1];
const ask = (method: Method, path: string, body?: unknown) => server.call(keys.secretKey, method, path, body);
const idOf = async (ref: string) => (await ask('GET', `/visitors/${ref}`)).body.data.id as string;

describe('a tag', () => {
  it('is answered with 200 and all tags, and its end with 204 and nothing', async () => {
    const added = await ask('POST', '/visitors/anon:a/tags', { tag: 'VIP' });
    expect([added.status, added.body]).toEqual([200, { data: { tags: ['vip'] } }]);
    const removed = await ask('DELETE', '/visitors/anon:a/tags/VIP');
    expect([removed.status, removed.body]).toEqual([204, undefined]);
    expect((await ask('DELETE', '/visitors/anon:a/tags/VIP')).body).toMatchObject({ code: 'not_found', status: 404 });
  });

  it('says what was mended in it', async () => {
    const { body } = await ask('POST', '/visitors/anon:a/tags', { tag: 'v\0ip\ud800' });
    expect(body).toEqual({
      data: { tags: ['vip\ufffd'] },
      meta: { warnings: [{ code: 'text_cleaned', pointer: '/tag' }] },
    });
  });

  it.each([
    'a/b',
    '100%',
    '?x#y',
    '../up',
    '__proto__',
    '👩‍👩‍👧',
    'ß'.repeat(64),
    "'; DROP TABLE visitor_tag; --",
    '{a,"b"}',
  ])('is given and taken away whatever it is made of: %j', async (tag) => {
    const added = await ask('POST', '/visitors/anon:a/tags', { tag });
    expect(added.body.data.tags).toEqual([tag.toLowerCase()]);
    expect((await ask('DELETE', `/visitors/anon:a/tags/${encodeURIComponent(tag)}`)).status).toBe(204);
    expect((await ask('GET', '/visitors/anon:a')).body.data.tags).toEqual([]);
  });

  it.each([
    [{}, 'invalid', '/tag'],
    [{ tag: null }, 'invalid', '/tag'],
    [{ tag: ['vip'] }, 'invalid', '/tag'],
    [{ tag: 'vip', tags: ['x'] }, 'invalid', '/tags'],
    [[], 'invalid', ''],
    [{ tag: '\u200b' }, 'missing_field', '/tag'],
    [{ tag: 'x'.repeat(100_000) }, 'value_too_long', '/tag'],
    [{ tag: '..' }, 'invalid', '/tag'],
  ])('is refused when it is none: %j', async (body, code, pointer) => {
    const refused = await ask('POST', '/visitors/anon:a/tags', body);
    expect(refused).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } });
    expect((await ask('GET', '/visitors/anon:a')).body.data.tags).toEqual([]);
  });
});

describe('a note', () => {
  it('is answered with 201 and where it is, changed with 200, and deleted with 204', async () => {
    const id = await idOf('anon:a');
    const { status, headers, body } = await ask('POST', '/visitors/anon:a/notes', { body: 'Called.' });
    const path = `/visitors/${id}/notes/${body.data.id}`;
    expect([status, headers.location, body.meta]).toEqual([201, `/api/support${path}`, undefined]);
    expect(await ask('PUT', path, { body: 'Called twice.' })).toMatchObject({
      status: 200,
      body: { data: { id: body.data.id, body: 'Called twice.' } },
    });
    expect((await ask('DELETE', path)).status).toBe(204);
  });

  it.each([
    [{}, 'invalid', '/body'],
    [{ body: 5 }, 'invalid', '/body'],
    [{ body: 'x', by: { name: 'Somebody else' } }, 'invalid', '/by'],
    [{ body: ' \n\t\0' }, 'missing_field', '/body'],
    [{ body: '𝒶'.repeat(8193) }, 'value_too_long', '/body'],
  ])('is refused when it is none: %j', async (body, code, pointer) => {
    const refused = await ask('POST', '/visitors/anon:a/notes', body);
    expect(refused).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } });
    expect((await ask('GET', '/visitors/anon:a/notes')).body.meta.total).toBe(0);
  });

  it.each(['not_x', 'x', '%00', 'not_01hkw9x3v0e7ntcq5r8d2m4z6b', 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b', '__proto__'])(
    'is not found by an id that is none: %s',
    async (id) => {
      for (const [method, body] of [['PUT', { body: 'x' }], ['DELETE']] as const) {
        expect((await ask(method, `/visitors/anon:a/notes/${id}`, body)).body).toMatchObject({ code: 'not_found' });
      }
    },
  );
});

describe('an id that was merged away', () => {
  it('leads to who it is now, and the answers say so', async () => {
    const [away, survivor] = [await idOf('anon:a'), await idOf('anon:b')];
    await ask('POST', '/visitors/merge', { sourceVisitorId: away, targetVisitorId: survivor });
    const note = await ask('POST', `/visitors/${away}/notes`, { body: 'Called.' });
    const { id } = note.body.data;
    const answers = [
      await ask('POST', `/visitors/${away}/tags`, { tag: 'vip' }),
      note,
      await ask('PUT', `/visitors/${away}/notes/${id}`, { body: 'Called twice.' }),
      await ask('GET', `/visitors/${away}/notes`),
    ];
    for (const { headers, body } of answers) {
      expect(headers.link).toContain(`/visitors/${survivor}/`);
      expect(body.meta.redirectedFrom).toBe(away);
    }
    expect(note.headers.location).toBe(`/api/support/visitors/${survivor}/notes/${id}`);
  });
});

describe('a key', () => {
  const writes = [
    ['POST', '/tags', { tag: 'vip' }],
    ['DELETE', '/tags/vip', undefined],
    ['POST', '/notes', { body: 'x' }],
    ['PUT', '/notes/not_x', { body: 'x' }],
    ['DELETE', '/notes/not_x', undefined],
  ] as const;

  it.each(writes)('that may only read may not %s %s', async (method, below, body) => {
    const reader = await keyWith(server.world, workspace, ['visitors:read']);
    const answer = await server.call(reader, method, `/visitors/anon:a${below}`, body);
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await server.call(reader, 'GET', '/visitors/anon:a/notes')).status).toBe(200);
  });

  it.each([...writes, ['GET', '/notes', undefined] as const])(
    'that is publishable may not %s %s',
    async (method, below, body) => {
      const answer = await server.call(keys.publishableKey, method, `/visitors/anon:a${below}`, body);
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    },
  );

  it('that repeats a note with its Idempotency-Key wrote it once', async () => {
    const send = () =>
      server.app.inject({
        method: 'POST',
        url: '/api/support/visitors/anon:a/notes',
        headers: { 'x-api-key': keys.secretKey, 'idempotency-key': 'n1', 'content-type': 'application/json' },
        payload: JSON.stringify({ body: 'Called.' }),
      });
    const [first, again] = [await send(), await send()];
    expect([again.statusCode, again.headers['idempotency-replayed'], again.json()]).toEqual([
      201,
      'true',
      first.json(),
    ]);
    expect((await ask('GET', '/visitors/anon:a/notes')).body.meta.total).toBe(1);
  });
});
