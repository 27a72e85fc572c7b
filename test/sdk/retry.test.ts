/** Attempts: what is repeated, how long is waited, under which id, and what ends it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ConnectionError,
  createClient,
  ForbiddenError,
  InternalError,
  OverloadedError,
  TimeoutError,
  UnavailableError,
  UnreadableAnswerError,
} from '../../sdk/index.ts';
import { BACKOFF_BASE_MS, BACKOFF_MAX_MS, MAX_RETRY_AFTER_S } from '../../sdk/retry.ts';
import { answers, breaks, hangs, refuses, type Step, scripted } from './fake.ts';

const visitor = answers({ data: { id: 'vis_1' } });
const accepted = answers({ data: { status: 'accepted' } });
/** Two attempts' deadlines are timers too; these are the waits between. */
const TIMEOUT_MS = 30_000;
const pauses = (waits: readonly number[]) => waits.filter((ms) => ms !== TIMEOUT_MS);

describe('a call that fails', () => {
  it.each<[string, Step]>([
    ['the connection broke', breaks],
    ['the server has a passing fault', refuses(503, 'unavailable')],
    ['the server has a fault', refuses(500, 'internal')],
    ['a proxy could not reach the server', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['the server has too much waiting', refuses(429, 'overloaded')],
    ['the server gave up reading', () => new Response('', { status: 408 })],
    ['the first attempt is still running', refuses(409, 'idempotency_in_progress')],
  ])('is repeated when %s', async (_why, failure) => {
    const { client, runtime, seen } = scripted([failure, visitor]);
    await expect(runtime.until(client.visitors.get('vis_1'))).resolves.toEqual({ id: 'vis_1' });
    expect(seen).toHaveLength(2);
  });

  it.each([
    [400, 'not_json'],
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'stale_plan'],
    [412, 'precondition_failed'],
    [413, 'too_large'],
    [422, 'invalid'],
  ])('is not repeated after %i %s', async (status, code) => {
    const { client, runtime, seen } = scripted([refuses(status, code), visitor]);
    await expect(runtime.until(client.visitors.get('vis_1'))).rejects.toMatchObject({ status, code });
    expect(seen).toHaveLength(1);
  });

  it('is not repeated when something else answers than the service', async () => {
    const { client, runtime, seen } = scripted([() => new Response('<h1>Log in</h1>')]);
    await expect(runtime.until(client.visitors.get('vis_1'))).rejects.toThrow(UnreadableAnswerError);
    expect(seen).toHaveLength(1);
  });

  it('is given up after as many retries as it was told, with the last error', async () => {
    const { client, runtime, seen } = scripted([breaks, breaks, refuses(503, 'unavailable')]);
    await expect(runtime.until(client.visitors.get('vis_1', { retries: 2 }))).rejects.toThrow(UnavailableError);
    expect(seen).toHaveLength(3);
  });

  it('is not repeated at all when told so', async () => {
    const { client, runtime, seen } = scripted([breaks], { retries: 0 });
    await expect(runtime.until(client.visitors.get('vis_1'))).rejects.toThrow(ConnectionError);
    expect(seen).toHaveLength(1);
    expect(runtime.pending).toBe(0);
  });
});

describe('the wait between attempts', () => {
  it.each([0, 0.25, 0.999])('is anything up to a bound that doubles (chance %d)', async (chance) => {
    const { client, runtime } = scripted([breaks], { retries: 8 });
    runtime.chance = chance;
    await expect(runtime.until(client.visitors.get('vis_1'))).rejects.toThrow(ConnectionError);
    const bounds = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** n));
    expect(pauses(runtime.waits)).toEqual(bounds.map((bound) => chance * bound));
    expect(bounds.at(-1)).toBe(BACKOFF_MAX_MS);
  });

  it('is never shorter than the server asks', async () => {
    const { client, runtime } = scripted([refuses(429, 'rate_limited', { 'retry-after': '7' }), visitor]);
    runtime.chance = 0;
    await runtime.until(client.visitors.get('vis_1'));
    expect(pauses(runtime.waits)).toEqual([7000]);
  });

  it('takes a date for an answer, by the clock of the server', async () => {
    const headers = { date: 'Thu, 15 Jan 2020 10:00:00 GMT', 'retry-after': 'Thu, 15 Jan 2020 10:00:12 GMT' };
    const { client, runtime } = scripted([refuses(503, 'unavailable', headers), visitor]);
    runtime.chance = 0;
    await runtime.until(client.visitors.get('vis_1'));
    expect(pauses(runtime.waits)).toEqual([12_000]);
  });

  it.each([
    [MAX_RETRY_AFTER_S, 2],
    [MAX_RETRY_AFTER_S + 1, 1],
  ])('is left to the caller when the server asks for more than a minute (%i s: %i requests)', async (seconds, sent) => {
    const { client, runtime, seen } = scripted([refuses(429, 'overloaded', { 'retry-after': String(seconds) })], {
      retries: 1,
    });
    const failed = runtime.until(client.visitors.get('vis_1'));
    await expect(failed).rejects.toMatchObject({ retryAfter: seconds, code: 'overloaded' });
    await expect(failed).rejects.toThrow(OverloadedError);
    expect(seen).toHaveLength(sent);
  });
});

describe('a write that is repeated', () => {
  it('carries the same Idempotency-Key at each attempt', async () => {
    const { client, runtime, seen } = scripted([breaks, refuses(500, 'internal'), answers({ data: {} })]);
    await runtime.until(client.visitors.edit('vis_1', { name: 'Ann' }));
    expect(seen.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['id-1', 'id-1', 'id-1']);
  });

  it('carries another one at each call, and the one that was given', async () => {
    const { client, runtime, seen } = scripted([answers({ data: {} })]);
    await runtime.until(client.visitors.edit('vis_1', { name: 'Ann' }));
    await runtime.until(client.visitors.edit('vis_1', { name: 'Ann' }));
    await runtime.until(client.visitors.edit('vis_1', { name: 'Ann' }, { idempotencyKey: 'mine' }));
    expect(seen.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['id-1', 'id-2', 'mine']);
  });

  it('says the same whatever became of its input meanwhile', async () => {
    const { client, runtime, seen } = scripted([breaks, answers({ data: {} })]);
    const edit = { name: 'Ann' };
    const edited = client.visitors.edit('vis_1', edit);
    edit.name = 'Bob';
    await runtime.until(edited);
    expect(seen.map(({ body }) => body.name)).toEqual(['Ann', 'Ann']);
  });

  it('keeps the id and the time of an item, and tells the time of each attempt', async () => {
    const { client, runtime, seen } = scripted([refuses(503, 'unavailable', { 'retry-after': '2' }), accepted]);
    runtime.chance = 0;
    await runtime.until(client.events.track({ userId: 'u', name: 'bought' }));
    const [first, second] = seen.map(({ body }) => body);
    expect(first).toMatchObject({ messageId: 'id-1', timestamp: '2026-01-15T10:00:00.000Z', name: 'bought' });
    expect([first.sentAt, second.sentAt]).toEqual(['2026-01-15T10:00:00.000Z', '2026-01-15T10:00:02.000Z']);
    expect({ ...second, sentAt: first.sentAt }).toEqual(first);
  });

  it('gives every item of a batch an id and a time of its own, unless it has them', async () => {
    const { client, runtime, seen } = scripted([breaks, answers({ data: { results: [] } })]);
    const own = { messageId: 'mine', timestamp: '2026-01-01T00:00:00.000Z' };
    await runtime.until(
      client.batch([
        { type: 'track', userId: 'u', name: 'a' },
        { type: 'track', userId: 'u', name: 'b', ...own },
      ]),
    );
    const [first, second] = seen.map(({ body }) => body);
    expect(first.items).toEqual(second.items);
    expect(first.items[0]).toMatchObject({ messageId: expect.any(String), timestamp: '2026-01-15T10:00:00.000Z' });
    expect(first.items[1]).toMatchObject(own);
  });

  it('has no such key when it is a read', async () => {
    const { client, runtime, seen } = scripted([visitor]);
    await runtime.until(client.visitors.get('vis_1'));
    expect(seen[0]?.headers.has('idempotency-key')).toBe(false);
  });
});

describe('an attempt without an answer', () => {
  it('is given up after its time, and repeated', async () => {
    const { client, runtime, seen } = scripted([hangs, visitor], { timeoutMs: 1000 });
    await expect(runtime.until(client.visitors.get('vis_1'))).resolves.toEqual({ id: 'vis_1' });
    expect(runtime.waits[0]).toBe(1000);
    expect(seen).toHaveLength(2);
  });

  it('fails with a TimeoutError when it was the last', async () => {
    const { client, runtime } = scripted([hangs]);
    const failed = runtime.until(client.visitors.get('vis_1', { timeoutMs: 50, retries: 0 }));
    await expect(failed).rejects.toThrow(TimeoutError);
    await expect(failed).rejects.toMatchObject({ code: 'timeout', status: null });
  });

  it('ends in time though the platform does not heed the signal', async () => {
    const { client, runtime } = scripted([() => new Promise<Response>(() => undefined)], { retries: 0, timeoutMs: 50 });
    await expect(runtime.until(client.visitors.get('vis_1'))).rejects.toThrow(TimeoutError);
  });

  it('counts a body that never ends, too', async () => {
    const endless = () => new Response(new ReadableStream({ start: () => undefined }));
    const { client, runtime } = scripted([endless], { retries: 0, timeoutMs: 50 });
    await expect(runtime.until(client.visitors.get('vis_1'))).rejects.toThrow(TimeoutError);
  });

  it('is a broken connection when its body breaks off', async () => {
    const broken = () =>
      new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) }));
    const { client, runtime } = scripted([broken], { retries: 0 });
    await expect(runtime.until(client.visitors.get('vis_1'))).rejects.toThrow(ConnectionError);
  });
});

describe('a signal', () => {
  it('ends an attempt, and no other follows', async () => {
    const { client, runtime, seen } = scripted([hangs]);
    const controller = new AbortController();
    const failed = runtime.until(client.visitors.get('vis_1', { signal: controller.signal }));
    controller.abort(new Error('the page was closed'));
    await expect(failed).rejects.toThrow(AbortedError);
    await expect(failed).rejects.toMatchObject({ code: 'aborted', cause: new Error('the page was closed') });
    expect(seen).toHaveLength(1);
    expect(runtime.pending).toBe(0);
  });

  it('ends the wait between attempts', async () => {
    const controller = new AbortController();
    const step: Step = () => {
      setImmediate(() => controller.abort());
      return breaks({} as never, controller.signal);
    };
    const { client, runtime, seen } = scripted([step]);
    const failed = client.visitors.get('vis_1', { signal: controller.signal });
    await expect(failed).rejects.toThrow(AbortedError);
    expect(seen).toHaveLength(1);
    expect(runtime.pending).toBe(0);
  });

  it('that was aborted before sends nothing', async () => {
    const { client, seen } = scripted([visitor]);
    await expect(client.visitors.get('vis_1', { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    expect(seen).toHaveLength(0);
  });
});

describe('errors', () => {
  it('say what the server said', async () => {
    const problem = {
      code: 'value_too_long',
      status: 422,
      detail: 'A text is over its limit.',
      requestId: 'req-7',
      limit: 255,
      errors: [{ pointer: '/name', detail: 'at most 255' }],
    };
    const { client } = scripted([answers(problem, 422)]);
    await expect(client.visitors.edit('vis_1', { name: 'A' })).rejects.toMatchObject({
      message: 'A text is over its limit.',
      status: 422,
      requestId: 'req-7',
      faults: [{ pointer: '/name', detail: 'at most 255' }],
      facts: { limit: 255 },
    });
  });

  it('hold no key', async () => {
    for (const step of [breaks, refuses(403, 'forbidden'), refuses(500, 'internal')]) {
      const { client } = scripted([step], { retries: 0, key: 'sk_canary' });
      const thrown: unknown = await client.visitors.get('vis_1').catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(Error);
      expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain('sk_canary');
    }
  });

  it('tell of a redirect, which followed would take the key to another host', async () => {
    const asked: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = createClient({ url: `http://127.0.0.1:${port}`, key: 'sk_test' });
    const refused = client.visitors.get('vis_1');
    await expect(refused).rejects.toMatchObject({ status: 307, code: 'http_307' });
    expect(asked).toEqual(['/api/support/visitors/vis_1']);
    server.close();
  });

  it('are of the class of their status when the code is not known', async () => {
    const { client } = scripted([refuses(403, 'some_new_code')]);
    await expect(client.visitors.get('vis_1')).rejects.toThrow(ForbiddenError);
    const { client: other } = scripted([refuses(500, 'internal')], { retries: 0 });
    await expect(other.visitors.get('vis_1')).rejects.toThrow(InternalError);
  });
});
