/** Pages of other sites cannot act through a browser that is signed in, by no method and on no transport. */
import { type Client, CloseCode, createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { ask, codesOf } from '../graphql/asking.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';
import { cookieFor, OWN, SESSION, signIn } from './agent.ts';

let server: TestServer;
let listening: TestServer;
let here: string;
let workspace: TestWorkspace;
let key: string;
let cookie: string;
const clients: Client[] = [];

beforeAll(async () => {
  server = await openServer();
  listening = await openServer();
  here = await listening.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  await listening.close();
});
beforeEach(async () => {
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey ?? '';
  await server.call(key, 'POST', '/visitors/identify', { userId: 'ann' });
  cookie = await cookieFor(server, key);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

type From = { readonly origin?: string; readonly 'sec-fetch-site'?: string };

const OURS: [string, From][] = [
  ['of the dashboard', { origin: OWN, 'sec-fetch-site': 'same-origin' }],
  ['of the dashboard by its other name', { origin: 'http://localhost:4000', 'sec-fetch-site': 'same-origin' }],
  ['of the dashboard in a browser without Sec-Fetch-Site', { origin: OWN }],
];
const FOREIGN: [string, From][] = [
  ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['of another site in an old browser', { origin: 'https://evil.example' }],
  ['of another port of this machine', { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
  ['of a name that was made to lead here', { origin: 'http://evil.example:4000', 'sec-fetch-site': 'same-origin' }],
  ['that begins like ours', { origin: `${OWN}.evil.example` }],
  ['by another scheme', { origin: 'https://127.0.0.1:4000' }],
  ['without an origin of its own', { origin: 'null' }],
  ['that lies about its origin', { origin: OWN, 'sec-fetch-site': 'cross-site' }],
  ['of a sister domain that hides its origin', { 'sec-fetch-site': 'same-site' }],
];
const NAMELESS: [string, From][] = [
  ['that names no page', {}],
  ['that was typed into the address line', { 'sec-fetch-site': 'none' }],
];

const edit = (from: From, more: Record<string, string> = { cookie }) =>
  server.app
    .inject({
      method: 'PUT',
      url: '/api/support/visitors/user:ann',
      headers: { ...more, ...from, host: 'evil.example:4000' },
      payload: '{"name":"Ann"}',
    })
    .then(answerOf);
const read = (from: From) =>
  server.app.inject({ url: '/api/support/visitors', headers: { cookie, ...from } }).then(answerOf);
const name = async () => (await server.call(key, 'GET', '/visitors/user:ann')).body.data.name;

describe('a change by REST', () => {
  it.each(OURS)('by a page %s is made', async (_what, from) => {
    expect((await edit(from)).status).toBe(200);
    expect(await name()).toBe('Ann');
  });

  it.each([...FOREIGN, ...NAMELESS])('by a page %s is refused, and told what to do', async (_what, from) => {
    const { status, body } = await edit(from);
    expect([status, body.code]).toEqual([403, 'forbidden_origin']);
    expect(body.detail).toMatch(/open it at http:\S+\/dashboard.*PUBLIC_URL.*X-API-Key/);
    expect(await name()).toBeNull();
  });

  it.each(['POST', 'DELETE'] as const)('by %s is held to the same', async (method) => {
    const url = method === 'POST' ? '/api/support/visitors/merge' : '/api/support/merge-suggestions/x';
    const send = (origin: string) => server.app.inject({ method, url, headers: { cookie, origin }, payload: '{}' });
    expect((await send('https://evil.example')).json().code).toBe('forbidden_origin');
    expect([404, 422]).toContain((await send(OWN)).statusCode);
  });

  it.each(NAMELESS)('with a key, by a program %s, is made', async (_what, from) => {
    expect((await edit(from, { 'x-api-key': key })).status).toBe(200);
  });
});

describe('a read by REST', () => {
  it.each([...OURS, ...NAMELESS])('by a page %s is answered', async (_what, from) => {
    expect((await read(from)).status).toBe(200);
  });

  it.each(FOREIGN)('by a page %s is refused', async (_what, from) => {
    const { status, body } = await read(from);
    expect([status, body.code]).toEqual([403, 'forbidden_origin']);
  });
});

describe('GraphQL', () => {
  const CHANGE = 'mutation { updateVisitor(id: "user:ann", input: { name: "Ann" }) { visitor { name } } }';
  const get = (from: From, accept: string, query: string) =>
    server.app.inject({ url: `/graphql?query=${encodeURIComponent(query)}`, headers: { cookie, accept, ...from } });

  it.each(OURS)('is answered to a page %s', async (_what, from) => {
    const answer = await ask(server, { query: CHANGE, headers: { cookie, ...from } });
    expect(answer.data).toEqual({ updateVisitor: { visitor: { name: 'Ann' } } });
  });

  it.each([...FOREIGN, ...NAMELESS])('is refused to a POST by a page %s', async (_what, from) => {
    const answer = await ask(server, { query: CHANGE, headers: { cookie, ...from } });
    expect([answer.status, codesOf(answer)]).toEqual([403, ['forbidden_origin']]);
    expect(await name()).toBeNull();
  });

  it.each(FOREIGN)('is refused to a GET by a page %s', async (_what, from) => {
    expect((await get(from, 'application/json', '{ visitors { totalCount } }')).statusCode).toBe(403);
  });

  it('answers a GET by the dashboard', async () => {
    const answer = await get({ 'sec-fetch-site': 'same-origin' }, 'application/json', '{ visitors { totalCount } }');
    expect(answer.json()).toEqual({ data: { visitors: { totalCount: 1 } } });
  });

  it('never lets another site read an answer', async () => {
    const answer = await get({ origin: OWN }, 'application/json', '{ __typename }');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('still shows its page to somebody whose session has ended', async () => {
    const headers = { cookie: 'support_session=over', accept: 'text/html' };
    const page = await server.app.inject({ url: '/graphql', headers });
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html']);
  });
});

describe('a stream', () => {
  let there: string;

  beforeEach(async () => {
    const { secretKey } = (await listening.world.workspace()).keys;
    await listening.call(secretKey, 'POST', '/visitors/identify', { userId: 'ann' });
    const answer = await signIn(listening, { key: secretKey, name: 'Ann' }, {});
    there = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
  });

  const WATCH = 'subscription { visitorActivity(visitorId: "user:ann") { snapshot } }';
  const events = (from: From) => {
    const headers = { cookie: there, accept: 'text/event-stream', ...from } as Record<string, string>;
    return fetch(`${here}/graphql?query=${encodeURIComponent(WATCH)}`, {
      headers,
      signal: AbortSignal.timeout(10_000),
    });
  };

  it('of events is opened by the dashboard', async () => {
    const answer = await events({ origin: here });
    const reader = answer.body?.getReader();
    let text = '';
    while (!text.includes('snapshot')) {
      const part = await reader?.read();
      if (!part || part.done) throw new Error(`The stream ended: ${text}`);
      text += new TextDecoder().decode(part.value);
    }
    await reader?.cancel();
    expect(text).toContain('{"data":{"visitorActivity":{"snapshot":true}}}');
  });

  it.each(FOREIGN.filter(([, from]) => from.origin !== OWN))(
    'of events is refused to a page %s',
    async (_what, from) => {
      expect((await events(from)).status).toBe(403);
    },
  );

  const socket = (origin: string | undefined, params: Record<string, unknown>, sent = there) => {
    class Browser extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { cookie: sent, ...(origin && { origin }) } });
      }
    }
    return new Promise<number | object>((resolve) => {
      const client = createClient({
        url: `${here.replace('http', 'ws')}/graphql`,
        webSocketImpl: Browser,
        connectionParams: params,
        retryAttempts: 0,
        on: { closed: (event) => resolve((event as { code: number }).code) },
      });
      clients.push(client);
      client
        .iterate({ query: '{ visitors { totalCount } }' })
        .next()
        .then(({ value }) => resolve(value?.data as object))
        .catch(() => undefined);
    });
  };

  it('over WebSocket is opened by the dashboard', async () => {
    expect(await socket(here, {})).toEqual({ visitors: { totalCount: 1 } });
  });

  it.each([
    ['of another site', 'https://evil.example'],
    ['of another port', 'http://127.0.0.1:3000'],
    ['of the port that was configured and is not listened on', OWN],
    ['without an origin of its own', 'null'],
    ['that names none', undefined],
  ])('over WebSocket is refused to a page %s', async (_what, origin) => {
    expect(await socket(origin, {})).toBe(CloseCode.Forbidden);
  });

  it('over WebSocket uses the key when there is one, whatever the cookie', async () => {
    expect(await socket(undefined, { apiKey: 'sk_wrong_0123456789' })).toBe(CloseCode.Forbidden);
    expect(await socket(here, { apiKey: 7 })).toBe(CloseCode.Forbidden);
    const { secretKey } = (await listening.world.workspace()).keys;
    expect(await socket(undefined, { apiKey: secretKey })).toEqual({ visitors: { totalCount: 0 } });
  });

  it('over WebSocket asks nothing more once the session has ended', async () => {
    class Browser extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { cookie: there, origin: here } });
      }
    }
    const url = `${here.replace('http', 'ws')}/graphql`;
    const client = createClient({ url, webSocketImpl: Browser, retryAttempts: 0, lazy: false });
    clients.push(client);
    const once = () => client.iterate({ query: '{ visitors { totalCount } }' }).next();
    expect((await once()).value).toEqual({ data: { visitors: { totalCount: 1 } } });
    await fetch(here + SESSION, { method: 'DELETE', headers: { cookie: there, origin: here } });
    await expect(once()).rejects.toMatchObject([{ extensions: { code: 'unauthenticated' } }]);
  });
});

describe('signing in and out', () => {
  it.each(FOREIGN)('is refused to a page %s, so that nobody is signed in as somebody else', async (_what, from) => {
    const { status, body } = await signIn(server, { key, name: 'Ann' }, from as Record<string, string>);
    expect([status, body.code]).toEqual([403, 'forbidden_origin']);
    for (const method of ['GET', 'DELETE'] as const) {
      const { statusCode } = await server.app.inject({ method, url: SESSION, headers: { cookie, ...from } });
      expect(statusCode).toBe(403);
    }
    expect((await read({})).status).toBe(200);
  });

  it('is taken from a program, which names no page', async () => {
    expect((await signIn(server, { key, name: 'Ann' }, {})).status).toBe(201);
  });

  it('is refused to whoever has the cookie and hides the page', async () => {
    const { statusCode } = await server.app.inject({ method: 'DELETE', url: SESSION, headers: { cookie } });
    expect(statusCode).toBe(403);
  });
});

describe('the cookie', () => {
  it('opens no door of ingestion', async () => {
    const headers = { cookie, origin: OWN };
    for (const url of ['/api/support/events', '/api/support/batch', '/v1/track', '/v1/batch']) {
      const { statusCode } = await server.app.inject({ method: 'POST', url, headers, payload: '{}' });
      expect([url, statusCode]).toEqual([url, 401]);
    }
  });

  it('counts for nothing beside a key', async () => {
    const { keys } = await server.world.workspace();
    const list = async (text: string) => {
      const { statusCode, body } = await server.app.inject({
        url: '/api/support/visitors',
        headers: { cookie, 'x-api-key': text, 'sec-fetch-site': 'same-origin' },
      });
      return statusCode === 200 ? JSON.parse(body).data.length : statusCode;
    };
    expect([await list(keys.secretKey ?? ''), await list('sk_wrong_0123456789'), await list('')]).toEqual([
      0, 401, 401,
    ]);
  });

  it('is found among others, and taken for no other', async () => {
    const open = (text: string) =>
      server.app
        .inject({ url: '/api/support/visitors', headers: { cookie: text } })
        .then(({ statusCode }) => statusCode);
    expect(await open(`theme=dark; ${cookie}; x=y`)).toBe(200);
    for (const text of [`x${cookie}`, `__Host-${cookie}`, `${cookie}x`, 'support_session=', 'support_session', ';;=']) {
      expect([text, await open(text)]).toEqual([text, 401]);
    }
  });
});
