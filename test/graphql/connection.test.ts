/** Connections over graphql-transport-ws: who may open one, what it may ask, and when it is ended. */
import { type Client, CloseCode } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { MAX_SUBSCRIPTIONS } from '../../src/limits.ts';
import { keyWith, openServer, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';
import { ACTIVITY, connect, Watching } from './socket.ts';

let server: TestServer;
let origin: string;
let workspace: TestWorkspace;
let key: string;
const clients: Client[] = [];

beforeAll(async () => {
  server = await openServer();
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey ?? '';
  await send({ type: 'identify', userId: 'ann' });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

async function send(...items: object[]): Promise<void> {
  const { body } = await server.call(key, 'POST', '/batch', { items });
  expect(body.data.results.every(({ status }: { status: string }) => status === 'accepted')).toBe(true);
}

const track = (name: string, userId = 'ann') => send({ type: 'track', userId, name });

function watch(id: string, apiKey = key): Watching {
  const client = connect(origin, apiKey);
  clients.push(client);
  return new Watching(client, id);
}

describe('a connection', () => {
  const closing = (apiKey: string | undefined) =>
    new Promise<number>((resolve) => {
      const client = connect(origin, apiKey, resolve);
      clients.push(client);
      void new Watching(client, 'user:ann').next().catch(() => undefined);
    });

  it.each([
    ['without a key', undefined],
    ['with a key that never was', 'sk_nonsense_0123456789'],
  ])('%s is refused', async (_what, apiKey) => {
    expect(await closing(apiKey)).toBe(CloseCode.Forbidden);
  });

  it('from a page with a secret key is refused', async () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: 'https://shop.example.com',
    });
    const code = new Promise((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: key } })));
    expect(await code).toBe(CloseCode.Forbidden);
  });

  it('that subscribes before it said who it is is refused', async () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const code = new Promise((resolve) => socket.once('close', resolve));
    const payload = { query: ACTIVITY, variables: { id: 'user:ann' } };
    socket.once('open', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload })));
    expect(await code).toBe(CloseCode.Unauthorized);
  });

  it('that never says who it is is ended', async () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(
      CloseCode.ConnectionInitialisationTimeout,
    );
  });

  it('to another address is refused', async () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const status = new Promise((resolve) =>
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
    );
    socket.on('error', () => undefined);
    expect(await status).toBe(404);
  });

  it('answers queries and mutations, too', async () => {
    const client = connect(origin, key);
    clients.push(client);
    const one = async (query: string) => (await client.iterate({ query }).next()).value;
    expect(await one('mutation { trackEvent(input: { userId: "ann", name: "x" }) { status } }')).toEqual({
      data: { trackEvent: { status: 'accepted' } },
    });
    expect(await one('{ visitor(id: "user:nobody") { id } }')).toMatchObject({
      data: { visitor: null },
      errors: [{ extensions: { code: 'not_found', requestId: expect.stringMatching(/^req_/) } }],
    });
  });

  it.each([
    ['a document that is malformed', '{', 'bad_query'],
    ['a document that is too deep', `{ ${'a { '.repeat(20)} a ${'} '.repeat(20)} }`, 'query_too_deep'],
  ])('is told of %s', async (_what, query, code) => {
    const client = connect(origin, key);
    clients.push(client);
    await expect(client.iterate({ query }).next()).rejects.toMatchObject([{ extensions: { code } }]);
  });

  it('is told when a visitor is not there, or the key may not read events', async () => {
    const first = async (id: string, apiKey: string) => (await watch(id, apiKey).stream.next()).value;
    expect(await first('user:nobody', key)).toMatchObject({ errors: [{ extensions: { code: 'not_found' } }] });
    const weak = await keyWith(server.world, workspace, ['visitors:read']);
    expect(await first('user:ann', weak)).toMatchObject({ errors: [{ extensions: { code: 'forbidden' } }] });
    const { publishableKey = '' } = workspace.keys;
    expect(await first('user:ann', publishableKey)).toMatchObject({ errors: [{ extensions: { code: 'forbidden' } }] });
  });

  it(`has at most ${MAX_SUBSCRIPTIONS} subscriptions`, async () => {
    const client = connect(origin, key);
    clients.push(client);
    const open = Array.from({ length: MAX_SUBSCRIPTIONS }, () => new Watching(client, 'user:ann'));
    await Promise.all(open.map((each) => each.next()));
    await expect(new Watching(client, 'user:ann').stream.next()).rejects.toMatchObject([
      { extensions: { code: 'too_many_subscriptions', limit: MAX_SUBSCRIPTIONS } },
    ]);
  });

  it('hears nothing more once its key is revoked', async () => {
    const { body } = await server.call(key, 'POST', '/keys', { kind: 'secret', name: 'x', scopes: ['events:read'] });
    const watching = watch('user:ann', body.data.key);
    await watching.next();
    await server.call(key, 'DELETE', `/keys/${body.data.id}`);
    await track('unheard');
    await expect(watching.next()).rejects.toMatchObject([{ extensions: { code: 'unauthenticated' } }]);
  });
});
