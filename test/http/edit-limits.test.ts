/** What an edit may hold: refused with its own code, place and limit, mended with a warning, as in ingestion. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_ATTRIBUTES, MAX_ITEM_DEPTH, MAX_LENGTH } from '../../src/limits.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';
import { nested, wide } from '../support/normalising.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await openServer();
  key = (await server.world.workspace()).keys.secretKey as string;
  for (const userId of ['u1', 'u2']) await server.call(key, 'POST', '/visitors/identify', { userId });
});
afterAll(() => server.close());

const edit = (body: unknown) => server.call(key, 'PUT', '/visitors/user:u1', body);
const mergeWith = (overrides: unknown) => {
  const pair = { sourceVisitorId: 'user:u2', targetVisitorId: 'user:u1', allowIdentified: true, dryRun: true };
  return server.call(key, 'POST', '/visitors/merge', { ...pair, overrides });
};

const text = (length: number) => 'x'.repeat(length);
const attribute = (value: unknown) => ({ attributes: { a: value } });
const LIMITS: [code: string, pointer: string, limit: number, of: (length: number) => object][] = [
  ['value_too_long', '/attributes/a', MAX_LENGTH.value, (length) => attribute(text(length))],
  [
    'too_deep',
    `/attributes${'/a'.repeat(MAX_ITEM_DEPTH)}`,
    MAX_ITEM_DEPTH,
    (levels) => ({ attributes: nested(levels) }),
  ],
  ['too_many_attributes', '/attributes', MAX_ATTRIBUTES, (count) => ({ attributes: wide(count) })],
  ['key_too_long', '/attributes', MAX_LENGTH.key, (length) => ({ attributes: { [text(length)]: 1 } })],
  ['name_too_long', '/name', MAX_LENGTH.name, (length) => ({ name: text(length) })],
  ['value_too_long', '/email', MAX_LENGTH.email, (length) => ({ email: text(length) })],
  ['value_too_long', '/phone', MAX_LENGTH.phone, (length) => ({ phone: text(length) })],
  ['value_too_long', '/avatarUrl', MAX_LENGTH.url, (length) => ({ avatarUrl: `https://a/${text(length - 10)}` })],
  ['id_too_long', '/company', MAX_LENGTH.id, (length) => ({ company: text(length) })],
  ['name_too_long', '/company/name', MAX_LENGTH.name, (length) => ({ company: { id: 'a', name: text(length) } })],
];

describe.each([
  ['an edit', '', edit],
  ['an override of a merge', '/overrides', mergeWith],
])('%s', (_what, under, send) => {
  it.each(LIMITS)('is refused as %s at %s beyond %i, and taken up to it', async (code, pointer, limit, of) => {
    expect((await send(of(limit))).status).toBe(200);
    const { status, body } = await send(of(limit + 1));
    expect([status, body.code, body.limit]).toEqual([422, code, limit]);
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual([under + pointer]);
  });

  it('is refused with the code of its fault where no limit is', async () => {
    const { status, body } = await send({ avatarUrl: 'javascript:alert(1)' });
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'bad_url', `${under}/avatarUrl`]);
  });
});

describe('an edit that had to be mended', () => {
  const put = async (payload: string) => {
    const headers = { 'x-api-key': key };
    return answerOf(await server.app.inject({ method: 'PUT', url: '/api/support/visitors/user:u1', headers, payload }));
  };

  it('says so', async () => {
    const { status, body } = await put('{"name": "Jo\\u0000hn", "attributes": {"__proto__": 1, "": 2}}');
    expect([status, body.data.name]).toEqual([200, 'John']);
    expect(body.meta.warnings).toEqual([
      { code: 'text_cleaned', pointer: '/name' },
      { code: 'key_dropped', pointer: '/attributes/__proto__' },
      { code: 'key_dropped', pointer: '/attributes/' },
    ]);
  });

  it('is the only one that has warnings', async () => {
    expect((await put('{"name": "John"}')).body).not.toHaveProperty('meta');
  });
});
