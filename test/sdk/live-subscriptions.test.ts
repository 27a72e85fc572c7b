/** The client's subscriptions against a real server: order, reconnects, endings, refusals, and signs of life. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SUBSCRIPTIONS } from '../../sdk/generated/graphql.ts';
import {
  AbortedError,
  type Client,
  ConnectionError,
  createClient,
  ForbiddenError,
  NotFoundError,
  UnauthenticatedError,
} from '../../sdk/index.ts';
import { platformRuntime } from '../../sdk/runtime.ts';
import { SILENCE_MS } from '../../sdk/subscribe.ts';
import { Cable } from '../faults/cable.ts';
import { openServer, type TestServer } from '../support/http.ts';

let server: TestServer;
let url: string;

beforeAll(async () => {
  server = await openServer();
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** A workspace of its own with Ann in it. */
async function ann() {
  const { keys, caller } = await server.world.workspace();
  const key = keys.secretKey ?? '';
  const client = createClient({ url, key });
  await client.visitors.identify({ userId: 'ann' });
  const isWatched = () => server.world.bus.hasListeners(caller.workspaceId);
  return { client, key, publishableKey: keys.publishableKey ?? '', isWatched };
}

const did = (client: Client, ...names: string[]) =>
  client.batch(names.map((name) => ({ type: 'track' as const, userId: 'ann', name })));

type Payload = ReturnType<Client['subscribe']['visitorActivity']> extends AsyncIterable<infer Each> ? Each : never;

/** What a payload says, in short. */
const told = (payload: Payload | undefined) =>
  payload && {
    snapshot: payload.snapshot,
    names: payload.activities.map((each) => (each.__typename === 'Event' ? each.name : each.url)),
  };

it('every subscription of the table is tried here', () => {
  expect(Object.keys(SUBSCRIPTIONS)).toEqual(['visitorActivity']);
});

describe('visitorActivity', () => {
  it('begins with a snapshot and goes on with what happens, in order', async () => {
    const { client } = await ann();
    await did(client, 'before');
    const found: ReturnType<typeof told>[] = [];
    for await (const payload of client.subscribe.visitorActivity({ visitorId: 'user:ann' })) {
      found.push(told(payload));
      const step = found.length;
      if (step === 4) break;
      await did(client, `${step}a`, `${step}b`);
    }
    expect(found).toEqual([
      { snapshot: true, names: ['before'] },
      ...[1, 2, 3].map((step) => ({ snapshot: false, names: [`${step}a`, `${step}b`] })),
    ]);
  });

  it('begins anew with a snapshot when the server was gone and came back, and leaves nothing out', async () => {
    const { key, client: direct } = await ann();
    const cable = new Cable(url);
    await cable.plugIn();
    const lost: unknown[] = [];
    const client = createClient({ url: cable.url, key, runtime: { ...platformRuntime, random: () => 0.001 } });
    const watching = client.subscribe.visitorActivity(
      { visitorId: 'user:ann' },
      { onInterrupted: (error) => void lost.push(error) },
    );
    try {
      expect(told((await watching.next()).value)).toEqual({ snapshot: true, names: [] });
      await did(direct, 'heard');
      expect(told((await watching.next()).value)).toEqual({ snapshot: false, names: ['heard'] });
      const next = watching.next();
      await cable.pull();
      await did(direct, 'missed');
      await vi.waitFor(() => expect(lost.length).toBeGreaterThan(1));
      await cable.plugIn();
      const snapshot = (await next).value;
      expect(snapshot).toMatchObject({ snapshot: true, sequence: 1 });
      expect(told(snapshot)?.names.sort()).toEqual(['heard', 'missed']);
      await did(direct, 'after');
      expect(told((await watching.next()).value)).toEqual({ snapshot: false, names: ['after'] });
      for (const error of lost) expect(error).toBeInstanceOf(ConnectionError);
    } finally {
      await watching.return();
      await cable.pull();
    }
  });

  it('is closed on the server by return(), though a next() still waits', async () => {
    const { client, isWatched } = await ann();
    const watching = client.subscribe.visitorActivity({ visitorId: 'user:ann' });
    await watching.next();
    expect(isWatched()).toBe(true);
    const waiting = watching.next();
    await watching.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await vi.waitFor(() => expect(isWatched()).toBe(false));
  });

  it('is closed on the server by its signal, and says so', async () => {
    const { client, isWatched } = await ann();
    const controller = new AbortController();
    const { signal } = controller;
    const watching = client.subscribe.visitorActivity({ visitorId: 'user:ann' }, { signal });
    await watching.next();
    const refused = expect(watching.next()).rejects.toThrow(AbortedError);
    controller.abort();
    await refused;
    await vi.waitFor(() => expect(isWatched()).toBe(false));
  });

  it('is refused with the class of the code, and not tried again', async () => {
    const { client, publishableKey } = await ann();
    const first = (key: string, visitorId = 'user:ann') =>
      createClient({ url, key }).subscribe.visitorActivity({ visitorId }).next();
    await expect(first('sk_wrong')).rejects.toThrow(UnauthenticatedError);
    await expect(first(publishableKey)).rejects.toThrow(ForbiddenError);
    await expect(client.subscribe.visitorActivity({ visitorId: 'user:nobody' }).next()).rejects.toThrow(NotFoundError);
  });

  it('ends with the class of the code when its key is revoked', async () => {
    const { client } = await ann();
    const { id, key } = await client.keys.create({ kind: 'secret', name: 'x', scopes: ['events:read'] });
    const watching = createClient({ url, key: key ?? '' }).subscribe.visitorActivity({ visitorId: 'user:ann' });
    await watching.next();
    const refused = expect(watching.next()).rejects.toThrow(UnauthenticatedError);
    await client.keys.revoke(id);
    await did(client, 'secret');
    await refused;
  });
});

describe('a stream on which nothing happens', () => {
  it('shows a sign of life three times within what the client waits', async () => {
    const { key } = await ann();
    // As in production: in tests the server's library would be quicker.
    vi.stubEnv('NODE_ENV', 'production');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const ends = new AbortController();
    const stream = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: String(SUBSCRIPTIONS.visitorActivity), variables: { visitorId: 'user:ann' } }),
      signal: ends.signal,
    });
    const chunks = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const read = async (expected: RegExp) => {
      while (!expected.test(text)) text += (await chunks?.read())?.value ?? '';
      text = '';
    };
    await read(/"snapshot":true.*\n\n/);
    for (let sign = 1; sign <= 3; sign += 1) {
      vi.advanceTimersByTime(SILENCE_MS / 3);
      await read(/^:\n\n/m);
    }
    ends.abort();
  });
});
