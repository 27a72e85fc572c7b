/** Subscriptions: events as they come, a new connection whenever one is lost, and nothing left behind at the end. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AbortedError, createClient, InvalidError, UnauthenticatedError } from '../../sdk/index.ts';
import { BACKOFF_BASE_MS } from '../../sdk/retry.ts';
import { SILENCE_MS, STABLE_MS } from '../../sdk/subscribe.ts';
import { answers, breaks, refuses, type Step, scripted } from './fake.ts';

const encoder = new TextEncoder();
const next = (data: object) => `event: next\ndata: ${JSON.stringify({ data })}\n\n`;

/** A stream that the test writes to; `signal` is the one its request was made with. */
function stream(...first: readonly string[]) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let signal: AbortSignal | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(made) {
      controller = made;
      for (const text of first) made.enqueue(encoder.encode(text));
    },
  });
  const step: Step = (_seen, requestSignal) => {
    signal = requestSignal;
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  return {
    step,
    write: (text: string) => controller?.enqueue(encoder.encode(text)),
    end: () => controller?.close(),
    breakOff: () => controller?.error(new TypeError('terminated')),
    isGivenUp: () => signal?.aborted,
  };
}

describe('a subscription', () => {
  it('asks for nothing before it is read, then for a stream', async () => {
    const source = stream(next({ n: 1 }));
    const { client, seen } = scripted([source.step]);
    const numbers = client.subscription<{ n: number }>('subscription ($a: Int) { n }', { a: 1 });
    expect(seen).toHaveLength(0);
    expect(await numbers.next()).toEqual({ done: false, value: { n: 1 } });
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/graphql' });
    expect(seen[0]?.body).toEqual({ query: 'subscription ($a: Int) { n }', variables: { a: 1 } });
    expect(seen[0]?.headers.get('accept')).toBe('text/event-stream');
    expect(seen[0]?.headers.get('x-api-key')).toBe('sk_test');
    await numbers.return();
  });

  it('closes its connection when the loop is left', async () => {
    const source = stream(next({ n: 1 }), next({ n: 2 }));
    const { client, runtime } = scripted([source.step]);
    for await (const { n } of client.subscription<{ n: number }>('subscription { n }')) if (n === 2) break;
    expect(source.isGivenUp()).toBe(true);
    expect(runtime.pending).toBe(0);
  });

  it('ends at once by return(), though a next() still waits', async () => {
    const source = stream();
    const { client, runtime } = scripted([source.step]);
    const events = client.subscription('subscription { n }');
    const waiting = events.next();
    await runtime.advance(0);
    expect(await events.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(source.isGivenUp()).toBe(true);
    expect(runtime.pending).toBe(0);
  });

  it('fails with the reason of a signal', async () => {
    const source = stream();
    const { client, runtime } = scripted([source.step]);
    const controller = new AbortController();
    const waiting = client.subscription('subscription { n }', {}, { signal: controller.signal }).next();
    await runtime.advance(0);
    controller.abort('enough');
    await expect(waiting).rejects.toThrow(AbortedError);
    await expect(waiting).rejects.toMatchObject({ cause: 'enough' });
    expect(source.isGivenUp()).toBe(true);
    expect(runtime.pending).toBe(0);
  });
});

describe('a connection that is lost', () => {
  it.each(['end', 'breakOff'] as const)('is made again, and begins anew (%s)', async (how) => {
    const [first, second] = [stream(next({ n: 1 })), stream(next({ n: 2 }))];
    const { client, runtime, seen } = scripted([first.step, second.step]);
    const interruptions: string[] = [];
    const onInterrupted = ({ code }: { code: string }) => void interruptions.push(code);
    const events = client.subscription<{ n: number }>('subscription { n }', {}, { onInterrupted });
    await events.next();
    first[how]();
    expect((await runtime.until(events.next())).value).toEqual({ n: 2 });
    expect(seen[1]?.body).toEqual(seen[0]?.body);
    expect(interruptions).toEqual(['connection_failed']);
    await events.return();
  });

  it('is noticed by its silence', async () => {
    const [first, second] = [stream(next({ n: 1 })), stream(next({ n: 2 }))];
    const { client, runtime, seen } = scripted([first.step, second.step]);
    const events = client.subscription('subscription { n }');
    await events.next();
    const waiting = events.next();
    await runtime.advance(SILENCE_MS - 1);
    first.write(': ping\n\n');
    await runtime.advance(SILENCE_MS - 1);
    expect(seen).toHaveLength(1);
    await runtime.advance(1 + BACKOFF_BASE_MS);
    expect(seen).toHaveLength(2);
    expect((await waiting).value).toEqual({ n: 2 });
    expect(first.isGivenUp()).toBe(true);
    await events.return();
  });

  it('is tried for ever, in steps that grow', async () => {
    const source = stream(next({ n: 1 }));
    const { client, runtime, seen } = scripted([...Array.from({ length: 20 }, () => breaks), source.step]);
    const events = client.subscription('subscription { n }');
    await runtime.until(events.next());
    expect(seen).toHaveLength(21);
    const pauses = runtime.waits.filter((ms) => ms !== SILENCE_MS);
    expect(pauses.slice(0, 4)).toEqual([125, 250, 500, 1000]);
    expect(pauses.at(-1)).toBe(4000);
    await events.return();
  });

  it.each([
    [STABLE_MS - 1, 500],
    [STABLE_MS, 125],
  ])('is soon tried again when it held for long (%i ms: after %i)', async (held, pause) => {
    const source = stream(next({ n: 1 }));
    const { client, runtime } = scripted([breaks, breaks, source.step, breaks]);
    const events = client.subscription('subscription { n }');
    await runtime.until(events.next());
    const waiting = events.next();
    await runtime.advance(held);
    const before = runtime.waits.length;
    source.end();
    await runtime.advance(0);
    expect(runtime.waits.slice(before)).toEqual([pause]);
    await events.return();
    await waiting;
  });

  it.each<[string, Step]>([
    ['the key does not work', refuses(401, 'unauthenticated')],
    [
      'the server says so in the stream',
      stream('event: next\ndata: {"errors":[{"message":"x","extensions":{"code":"unauthenticated"}}]}\n\n').step,
    ],
  ])('is given up when %s', async (_why, step) => {
    const { client, runtime, seen } = scripted([step]);
    await expect(runtime.until(client.subscription('subscription { n }').next())).rejects.toThrow(UnauthenticatedError);
    expect(seen).toHaveLength(1);
    expect(runtime.pending).toBe(0);
  });

  it('is given up when the document is wrong', async () => {
    const { client } = scripted([answers({ errors: [{ message: 'x', extensions: { code: 'invalid' } }] }, 400)]);
    await expect(client.subscription('subscription { n').next()).rejects.toMatchObject({ code: 'invalid' });
    const { client: other } = scripted([refuses(422, 'invalid')]);
    await expect(other.subscription('subscription { n').next()).rejects.toThrow(InvalidError);
  });
});

describe('against a real GraphQL server', () => {
  const closed: string[] = [];
  const yoga = createYoga({
    logging: false,
    schema: createSchema({
      typeDefs: 'type Query { hello(name: String!): String! } type Subscription { count(to: Int!): Int! }',
      resolvers: {
        Query: { hello: (_root, { name }) => `Hello ${name}` },
        Subscription: {
          count: {
            async *subscribe(_root, { to }) {
              try {
                for (let count = 1; count <= to; count += 1) yield { count };
                await new Promise(() => undefined);
              } finally {
                closed.push(`closed after ${to}`);
              }
            },
          },
        },
      },
    }),
  });
  const server = createServer(yoga);
  let url = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it('operations are carried out', async () => {
    const client = createClient({ url, key: 'sk_test' });
    expect(await client.graphql('query ($name: String!) { hello(name: $name) }', { name: 'Ann' })).toEqual({
      hello: 'Hello Ann',
    });
  });

  it('events arrive in order, and several subscriptions live side by side', async () => {
    const client = createClient({ url, key: 'sk_test' });
    const counted = async (to: number) => {
      const found: number[] = [];
      for await (const { count } of client.subscription<{ count: number }>(
        'subscription ($to: Int!) { count(to: $to) }',
        { to },
      )) {
        found.push(count);
        if (count === to) break;
      }
      return found;
    };
    expect(await Promise.all([counted(3), counted(5)])).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4, 5],
    ]);
  });

  it('leaving the loop ends the request on the server', async () => {
    const ended = new Promise<void>((resolve) =>
      server.once('request', (_request, response) => response.once('close', () => resolve())),
    );
    const client = createClient({ url, key: 'sk_test' });
    for await (const _ of client.subscription('subscription { count(to: 2) }')) break;
    await ended;
  });

  it('a connection that the server cuts is made again', async () => {
    const client = createClient({ url, key: 'sk_test' });
    const events = client.subscription<{ count: number }>('subscription { count(to: 1) }');
    expect((await events.next()).value).toEqual({ count: 1 });
    server.closeAllConnections();
    expect((await events.next()).value).toEqual({ count: 1 });
    await events.return();
    await vi.waitFor(() => expect(server.listening).toBe(true));
  });
});
