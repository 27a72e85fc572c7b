/** Bodies are read by what they hold, and bounded before anything looks inside. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, MAX_BODY_DEPTH } from '../../src/limits.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await openServer();
  key = (await server.world.workspace()).keys.secretKey as string;
});
afterAll(() => server.close());

const event = JSON.stringify({ userId: 'body-1', name: 'seen' });

function post(payload: string | Buffer, headers: Record<string, string> = {}, path = '/events') {
  const url = `/api/support${path}`;
  return server.app.inject({ method: 'POST', url, payload, headers: { 'x-api-key': key, ...headers } }).then(answerOf);
}

describe('a body', () => {
  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ';;;', ''])(
    'is JSON whatever type it claims (%j)',
    async (type) => expect((await post(event, { 'content-type': type })).status).toBe(200),
  );

  it.each([
    ['gzip', gzipSync(event)],
    ['deflate', deflateSync(event)],
    ['deflate', deflateRawSync(event)],
    ['br', brotliCompressSync(event)],
    ['identity', Buffer.from(event)],
  ])('may be packed: %s', async (encoding, bytes) => {
    expect((await post(bytes, { 'content-encoding': encoding })).status).toBe(200);
  });

  it('may begin with a byte order mark', async () => {
    expect((await post(`\uFEFF${event}`)).status).toBe(200);
  });

  it.each<[string, string | Buffer, Record<string, string>?]>([
    ['nothing', ''],
    ['half of it', event.slice(0, -1)],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['something that is not packed as it says', Buffer.from(event), { 'content-encoding': 'gzip' }],
  ])('that is %s is refused', async (_what, bytes, headers) => {
    const { status, body } = await post(bytes, headers);
    expect([status, body.code]).toEqual([400, 'not_json']);
  });

  it('packed in an unknown way is refused', async () => {
    const { status, body } = await post(event, { 'content-encoding': 'zstd' });
    expect([status, body.code]).toEqual([415, 'unsupported_encoding']);
  });

  it.each([
    [MAX_BODY_BYTES, 200],
    [MAX_BODY_BYTES + 1, 413],
  ])('of %i bytes answers %i, packed or not', async (bytes, status) => {
    const batch = '{"items":[]}';
    const body = batch + ' '.repeat(bytes - batch.length);
    expect((await post(body, {}, '/batch')).status).toBe(status);
    expect((await post(gzipSync(body), { 'content-encoding': 'gzip' }, '/batch')).status).toBe(status);
  });

  it('that is a bomb is given up as soon as it is too large', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MAX_BODY_BYTES, 0x20));
    expect(bomb.length).toBeLessThan(MAX_BODY_BYTES);
    const { status, body } = await post(bomb, { 'content-encoding': 'gzip' }, '/batch');
    expect([status, body.code, body.limit]).toEqual([413, 'too_large', MAX_BODY_BYTES]);
  });
});

describe('a body that is no ingestion', () => {
  const nested = (levels: number) => `{"attributes":${'{"a":'.repeat(levels - 1)}1${'}'.repeat(levels - 1)}}`;
  const put = (payload: string) =>
    server.app
      .inject({ method: 'PUT', url: '/api/support/visitors/user:body-2', payload, headers: { 'x-api-key': key } })
      .then(answerOf);

  beforeAll(async () => {
    await server.call(key, 'POST', '/visitors/identify', { userId: 'body-2' });
  });

  it('is walked down to its depth limit and no deeper', async () => {
    const allowed = await put(nested(MAX_BODY_DEPTH));
    expect(allowed.body.errors?.[0]?.pointer ?? '').not.toBe('');
    const refused = await put(nested(MAX_BODY_DEPTH + 1));
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '']);
  });

  it('may not be nested a hundred thousand deep', async () => {
    expect((await put(nested(100_000))).status).toBe(422);
  });

  it('is cleaned of what no database takes', async () => {
    const { body } = await put('{"name":"Jo\\u0000hn\\ud800","attributes":{"__proto__":{"x":1},"plan":"pro"}}');
    expect([body.data.name, body.data.attributes]).toEqual(['John\ufffd', { plan: 'pro' }]);
  });

  it('may be left out when everything in it is optional', async () => {
    const made = await server.call(key, 'POST', '/keys', { kind: 'publishable', name: 'Website' });
    expect((await server.call(key, 'POST', `/keys/${made.body.data.id}/rotate`)).status).toBe(201);
  });
});
