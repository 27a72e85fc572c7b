/** Connections over graphql-transport-ws: who may open one, what it may ask, and when it is ended. */
import { CloseCode } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { MAX_SUBSCRIPTIONS } from '../../src/limits.ts';
import { keyWith } from '../support/http.ts';
import { ACTIVITY, Watching } from './socket.ts';
import { watchedAnn } from './watched-ann.ts';

const ann = watchedAnn();

describe('a connection', () => {
  const closing = (apiKey: string | undefined) =>
    new Promise<number>((resolve) => {
      const client = ann.connect(apiKey, resolve);
      void new Watching(client, 'user:ann').next().catch(() => undefined);
    });

  it.each([
    ['without a key', undefined],
    ['with a key that never was', 'sk_nonsense_0123456789'],
  ])('%s is refused', async (_what, apiKey) => {
    expect(await closing(apiKey)).toBe(CloseCode.Forbidden);
  });

  it('from a page with a secret key is refused', async () => {
    const socket = new WebSocket(`${ann.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: 'https://shop.example.com',
    });
    const code = new Promise((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: ann.key } })));
    expect(await code).toBe(CloseCode.Forbidden);
  });

  it('that subscribes before it said who it is is refused', async () => {
    const socket = new WebSocket(`${ann.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const code = new Promise((resolve) => socket.once('close', resolve));
    const payload = { query: ACTIVITY, variables: { id: 'user:ann' } };
    socket.once('open', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload })));
    expect(await code).toBe(CloseCode.Unauthorized);
  });

  it('that never says who it is is ended', async () => {
    const socket = new WebSocket(`${ann.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(
      CloseCode.ConnectionInitialisationTimeout,
    );
  });

  it('to another address is refused', async () => {
    const socket = new WebSocket(`${ann.origin.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const status = new Promise((resolve) =>
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
    );
    socket.on('error', () => undefined);
    expect(await status).toBe(404);
  });

  it('answers queries and mutations, too', async () => {
    const client = ann.connect(ann.key);
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
    const client = ann.connect(ann.key);
    await expect(client.iterate({ query }).next()).rejects.toMatchObject([{ extensions: { code } }]);
  });

  it('is told when a visitor is not there, or the key may not read events', async () => {
    const first = async (id: string, apiKey: string) => (await ann.watch(id, apiKey).stream.next()).value;
    expect(await first('user:nobody', ann.key)).toMatchObject({ errors: [{ extensions: { code: 'not_found' } }] });
    const weak = await keyWith(ann.server.world, ann.workspace, ['visitors:read']);
    expect(await first('user:ann', weak)).toMatchObject({ errors: [{ extensions: { code: 'forbidden' } }] });
    const { publishableKey = '' } = ann.workspace.keys;
    expect(await first('user:ann', publishableKey)).toMatchObject({ errors: [{ extensions: { code: 'forbidden' } }] });
  });

  it(`has at most ${MAX_SUBSCRIPTIONS} subscriptions`, async () => {
    const client = ann.connect(ann.key);
    const open = Array.from({ length: MAX_SUBSCRIPTIONS }, () => new Watching(client, 'user:ann'));
    await Promise.all(open.map((each) => each.next()));
    await expect(new Watching(client, 'user:ann').stream.next()).rejects.toMatchObject([
      { extensions: { code: 'too_many_subscriptions', limit: MAX_SUBSCRIPTIONS } },
    ]);
  });

  it('hears nothing more once its key is revoked', async () => {
    const { body } = await ann.server.call(ann.key, 'POST', '/keys', {
      kind: 'secret',
      name: 'x',
      scopes: ['events:read'],
    });
    const watching = ann.watch('user:ann', body.data.key);
    await watching.next();
    await ann.server.call(ann.key, 'DELETE', `/keys/${body.data.id}`);
    await ann.track('unheard');
    await expect(watching.next()).rejects.toMatchObject([{ extensions: { code: 'unauthenticated' } }]);
  });
});
