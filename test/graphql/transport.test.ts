/** How GraphQL is carried over HTTP: methods, types, keys, origins, and what is told to whom. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_GRAPHQL_BYTES } from '../../src/limits.ts';
import { keyWith, openServer, publishableKey, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';
import { ask, asker, codesOf } from './asking.ts';

let server: TestServer;
let production: TestServer;
let origin: string;
let workspace: TestWorkspace;
let key: string;

beforeAll(async () => {
  server = await openServer();
  production = await openServer({ NODE_ENV: 'production' });
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey ?? '';
});
afterAll(async () => {
  await server.close();
  await production.close();
});

const TRACK = 'mutation { trackEvent(input: { userId: "ann", name: "seen" }) { status } }';
const AUDITS = 61;

describe('the specification of GraphQL over HTTP', () => {
  const audits = serverAudits({
    url: () => `${origin}/graphql`,
    fetchFn: (input: string, init: RequestInit = {}) =>
      fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), 'x-api-key': key } }),
  });

  it(`has ${AUDITS} audits`, () => {
    expect(audits).toHaveLength(AUDITS);
  });

  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect([result.status, 'reason' in result ? result.reason : '']).toEqual(['ok', '']);
  });
});

describe('a GET', () => {
  const get = (query: string, headers: Record<string, string> = { 'x-api-key': key }) =>
    server.app.inject({ method: 'GET', url: `/graphql?query=${encodeURIComponent(query)}`, headers });

  it('answers a query', async () => {
    expect((await get('{ visitors { totalCount } }')).json()).toEqual({ data: { visitors: { totalCount: 0 } } });
  });

  it('carries out no mutation', async () => {
    const answer = await get(TRACK);
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST']);
    expect(answer.json().errors[0].extensions.code).toBe('method_not_allowed');
    expect(await asker(server, key)('{ eventNames { totalCount } }')).toEqual({ eventNames: { totalCount: 0 } });
  });

  it('without a header that a page would have to ask for is refused', async () => {
    const answer = await get('{ __typename }', {});
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([403, 'forbidden']);
  });
});

describe('a POST', () => {
  const post = (type: string | undefined, payload: string) =>
    server.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'x-api-key': key, ...(type && { 'content-type': type }) },
      payload,
    });

  it.each([
    ['text/plain', JSON.stringify({ query: TRACK })],
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(TRACK)}`],
    ['multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n${TRACK}\r\n--x--`],
    ['application/graphql', TRACK],
  ])('of %s, which a form could send, is refused', async (type, payload) => {
    const answer = await post(type, payload);
    expect(answer.statusCode).toBe(415);
    expect(answer.json().errors[0].extensions.code).toBe('bad_request');
  });

  it.each([
    ['no JSON', '{', 400, 'not_json'],
    ['a list, as batches are not taken', `[{"query":"{__typename}"}]`, 400, 'not_json'],
    [
      'JSON nested too deep',
      `{"query":"{__typename}","variables":${'{"a":'.repeat(32)}1${'}'.repeat(32)}}`,
      422,
      'too_deep',
    ],
    ['a body that is too large', JSON.stringify({ query: '#'.repeat(MAX_GRAPHQL_BYTES) }), 413, 'too_large'],
  ])('of %s is refused', async (_what, payload, status, code) => {
    const answer = await post('application/json', payload);
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([status, code]);
  });

  it('of the largest body is answered', async () => {
    const shell = JSON.stringify({ query: '{__typename}#' });
    const query = `{__typename}#${'x'.repeat(MAX_GRAPHQL_BYTES - shell.length)}`;
    expect((await post('application/json', JSON.stringify({ query }))).json()).toEqual({
      data: { __typename: 'Query' },
    });
  });
});

describe('other methods', () => {
  it.each(['PUT', 'DELETE', 'PATCH'] as const)('%s is refused with what is allowed', async (method) => {
    const answer = await server.app.inject({ method, url: '/graphql', headers: { 'x-api-key': key } });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
  });
});

describe('an answer', () => {
  it('carries the id of its request, in its header and in its errors', async () => {
    const answer = await ask(server, { key, query: '{ visitor(id: "x") { id } nope }' });
    expect(answer.errors[0]?.extensions.requestId).toBe(answer.headers['x-request-id']);
  });

  it('is kept by nobody on the way', async () => {
    expect((await ask(server, { key, query: '{ __typename }' })).headers['cache-control']).toBe('no-store');
  });

  it('masks what nobody meant to tell, and logs it once', async () => {
    const broken = await openServer({}, (db) => ({
      ...db,
      rows: (statement) =>
        /event_name|profile p/.test(statement.strings.join(''))
          ? Promise.reject(new TypeError('secret detail'))
          : db.rows(statement),
    }));
    try {
      const { keys } = await broken.world.workspace();
      const answer = await ask(broken, { key: keys.secretKey, query: '{ visitors { nodes { id } } }' });
      expect(codesOf(answer)).toEqual(['internal']);
      expect(JSON.stringify(answer)).not.toContain('secret detail');
      const { requestId } = answer.errors[0]?.extensions ?? {};
      expect(broken.logged.filter((line) => line.includes(String(requestId)))).toHaveLength(1);
      expect(broken.logged.join('')).not.toContain('secret detail');
    } finally {
      await broken.close();
    }
  });
});

describe('a key', () => {
  it('may come as a bearer token', async () => {
    const answer = await ask(server, { query: '{ __typename }', headers: { authorization: `Bearer ${key}` } });
    expect(answer.data).toEqual({ __typename: 'Query' });
  });

  it('that is secret is refused from a page', async () => {
    const answer = await ask(server, { key, query: '{ __typename }', headers: { origin: 'https://shop.example.com' } });
    expect([answer.status, codesOf(answer)]).toEqual([403, ['secret_key_in_browser']]);
    expect(answer.headers['access-control-allow-origin']).toBe('https://shop.example.com');
  });

  it('that is publishable works only on its pages', async () => {
    const bound = await publishableKey(server.world, workspace, ['https://shop.example.com']);
    const from = async (page: string) =>
      codesOf(await ask(server, { key: bound, query: TRACK, headers: { origin: page } }));
    expect(await from('https://shop.example.com')).toEqual([]);
    expect(await from('https://other.example.com')).toEqual(['forbidden']);
  });

  it('that is publishable is told ids and a status, and nothing else', async () => {
    const publishable = workspace.keys.publishableKey;
    const sent = await ask(server, {
      key: publishable,
      query: `mutation { identifyVisitor(input: { userId: "p1", anonymousId: "a-p1", traits: { name: "P" } }) {
        status visitorId messageId visitor { name email }
      } }`,
      headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36' },
    });
    expect(sent.errors).toEqual([]);
    expect(sent.data.identifyVisitor).toEqual({
      status: 'accepted',
      visitorId: expect.stringMatching(/^vis_/),
      messageId: expect.any(String),
      visitor: null,
    });
    const { visitorId } = sent.data.identifyVisitor;
    for (const query of [
      `{ visitor(id: "${visitorId}") { id } }`,
      `{ node(id: "${visitorId}") { id } }`,
      '{ visitors { nodes { id } } }',
      '{ attributeKeys { nodes { key } } }',
      '{ keys { nodes { id } } }',
      'mutation { updateVisitor(id: "user:p1", input: { name: "Q" }) { visitor { id } } }',
      'mutation { createKey(input: { kind: secret, name: "x", scopes: ["admin"] }) { text } }',
    ]) {
      const { data, errors } = await ask(server, { key: publishable, query });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['forbidden']);
      expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true);
    }
  });

  it('that may only write is not shown whom it wrote', async () => {
    const writer = await keyWith(server.world, workspace, ['visitors:write']);
    const query = 'mutation { identifyVisitor(input: { userId: "w1" }) { status visitor { name } } }';
    const { data, errors } = await ask(server, { key: writer, query });
    expect([data.identifyVisitor, errors.map(({ extensions }) => extensions.code)]).toEqual([
      { status: 'accepted', visitor: null },
      ['forbidden'],
    ]);
  });

  it('has one allowance for both doors', async () => {
    const { keys } = await server.world.workspace();
    const left = (headers: Readonly<Record<string, unknown>>) => Number(/r=(\d+)/.exec(String(headers.ratelimit))?.[1]);
    const first = await server.call(keys.publishableKey, 'POST', '/events', { anonymousId: 'r-1', name: 'x' });
    const query = 'mutation { trackEvent(input: { anonymousId: "r-1", name: "x" }) { status } }';
    const second = await ask(server, { key: keys.publishableKey, query });
    expect(left(second.headers)).toBe(left(first.headers) - 1);
  });
});

describe('another workspace', () => {
  it('is not there, whatever its ids', async () => {
    const other = asker(server, (await server.world.workspace()).keys.secretKey);
    await other(`mutation { identifyVisitor(input: { userId: "o", traits: { company: "O" } }) { status } }`);
    await other('mutation { trackEvent(input: { userId: "o", name: "x", sessionId: "s" }) { status } }');
    const { visitor } = await other(
      '{ visitor(id: "user:o") { id company { id } events { nodes { id } } sessions { nodes { id } } } }',
    );
    const ids = [visitor.id, visitor.company.id, visitor.events.nodes[0].id, visitor.sessions.nodes[0].id];
    for (const id of ids) {
      const answer = await ask(server, { key, query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id } });
      expect([answer.data, codesOf(answer)]).toEqual([{ node: null }, ['not_found']]);
    }
    expect(codesOf(await ask(server, { key, query: '{ visitor(id: "user:o") { id } }' }))).toEqual(['not_found']);
  });
});

describe('explaining itself', () => {
  const SCHEMA = '{ __schema { queryType { name } } __typename }';
  const page = (of: TestServer, headers: Record<string, string> = {}) =>
    of.app.inject({ method: 'GET', url: '/graphql', headers: { accept: 'text/html', ...headers } });

  it('shows the schema without a key in development, and nothing else', async () => {
    expect((await ask(server, { query: SCHEMA })).data.__schema.queryType.name).toBe('Query');
    const answer = await ask(server, { query: '{ __typename visitors { totalCount } }' });
    expect([answer.status, codesOf(answer)]).toEqual([401, ['unauthenticated']]);
  });

  it('asks for a key in production', async () => {
    const answer = await ask(production, { query: SCHEMA });
    expect([answer.status, codesOf(answer)]).toEqual([401, ['unauthenticated']]);
    const { keys } = await production.world.workspace();
    expect((await ask(production, { query: SCHEMA, key: keys.secretKey })).data.__schema.queryType.name).toBe('Query');
  });

  it('has a page to try it on in development only', async () => {
    const shown = await page(server);
    expect([shown.statusCode, shown.headers['content-type'], shown.body.includes('GraphiQL')]).toEqual([
      200,
      'text/html',
      true,
    ]);
    // All of it comes from here, and no page of another site may frame it.
    expect(shown.body).not.toMatch(/(src|href)=["']https?:/);
    expect(shown.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect((await page(production)).statusCode).toBe(401);
    const { keys } = await production.world.workspace();
    expect((await page(production, { 'x-api-key': keys.secretKey ?? '' })).body).not.toContain('GraphiQL');
  });
});
