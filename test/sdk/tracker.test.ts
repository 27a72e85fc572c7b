/** The tracker: items leave in order and in time, each at least once under one id, and none is lost without a word. */
import { describe, expect, it } from 'vitest';
import { RejectedError, UnauthenticatedError, UnavailableError } from '../../sdk/index.ts';
import { MAX_BATCH_ITEMS } from '../../sdk/queue.ts';
import { answers, breaks, refuses, type Step } from './fake.ts';
import { loses, names, takes, track, tracking } from './tracking.ts';

describe('a tracker', () => {
  it('sends nothing before its time, then all at once and in order', async () => {
    const { tracker, runtime, seen } = tracking([takes], { flushIntervalMs: 1000 });
    for (const name of ['a', 'b', 'c']) tracker.track(track(name));
    await runtime.advance(999);
    expect(seen).toHaveLength(0);
    await runtime.advance(1);
    expect(names(seen)).toEqual([['a', 'b', 'c']]);
    expect(runtime.pending).toBe(0);
  });

  it('sends at once when enough waits', async () => {
    const { tracker, runtime, seen } = tracking([takes], { flushAt: 3 });
    for (const name of ['a', 'b']) tracker.track(track(name));
    await runtime.advance(0);
    expect(seen).toHaveLength(0);
    tracker.track(track('c'));
    await runtime.advance(0);
    expect(names(seen)).toEqual([['a', 'b', 'c']]);
  });

  it('sends what came meanwhile in a batch of its own', async () => {
    let answer: () => void = () => undefined;
    const slow: Step = (seen, signal) =>
      new Promise((resolve) => {
        answer = () => resolve(takes(seen, signal));
      });
    const { tracker, runtime, seen } = tracking([slow, takes], { flushAt: 1 });
    tracker.track(track('a'));
    tracker.track(track('b'));
    tracker.track(track('c'));
    await runtime.advance(0);
    expect(names(seen)).toEqual([['a']]);
    answer();
    await runtime.advance(0);
    expect(names(seen)).toEqual([['a'], ['b', 'c']]);
  });

  it('takes every kind of item', async () => {
    const { tracker, seen } = tracking([takes]);
    tracker.identify({ userId: 'u', traits: { name: 'Ann' } });
    tracker.update({ userId: 'u', traits: { plan: 'premium' } });
    tracker.track(track('bought'));
    tracker.page({ userId: 'u', url: '/pricing' });
    tracker.group({ userId: 'u', groupId: 'acme' });
    tracker.alias({ previousId: 'anon', userId: 'u' });
    await tracker.flush();
    const types = seen[0]?.body.items.map(({ type }: { type: string }) => type);
    expect(types).toEqual(['identify', 'update', 'track', 'page', 'group', 'alias']);
  });

  it('names and dates an item when it is handed in, and answers the name', async () => {
    const { tracker, runtime, seen } = tracking([takes], { flushIntervalMs: 2000 });
    const properties = { amount: 1 };
    const messageId = tracker.track({ ...track('a'), properties });
    properties.amount = 2;
    const own = { messageId: 'mine', timestamp: '2026-01-01T00:00:00.000Z' };
    expect(tracker.track({ ...track('b'), ...own })).toBe('mine');
    await runtime.advance(2000);
    expect(seen[0]?.body.sentAt).toBe('2026-01-15T10:00:02.000Z');
    expect(seen[0]?.body.items).toEqual([
      { type: 'track', ...track('a'), messageId, timestamp: '2026-01-15T10:00:00.000Z', properties: { amount: 1 } },
      { type: 'track', ...track('b'), ...own },
    ]);
  });

  it('tells what became of each item', async () => {
    const results = [
      { index: 0, messageId: 'm0', status: 'accepted' },
      {
        index: 1,
        messageId: 'm1',
        status: 'rejected',
        code: 'illegal_id',
        detail: 'A placeholder.',
        pointer: '/userId',
      },
    ];
    const { tracker, failures, results: told } = tracking([answers({ data: { results } })]);
    tracker.track(track('a'));
    tracker.track(track('b'));
    await tracker.flush();
    expect(told).toEqual(results);
    expect(failures).toMatchObject([
      { isKept: false, items: [{ name: 'b' }], error: { code: 'illegal_id', faults: [{ pointer: '/userId' }] } },
    ]);
    expect(failures[0]?.error).toBeInstanceOf(RejectedError);
  });
});

describe('a batch that fails', () => {
  it('is sent again under the same ids when its answer was lost, with the time of the attempt', async () => {
    const { tracker, runtime, seen } = tracking([loses, takes], {}, 1);
    tracker.track(track('a'));
    await runtime.until(tracker.flush());
    const [first, second] = seen.map(({ body }) => body);
    expect(first.items).toEqual(second.items);
    expect(Date.parse(second.sentAt)).toBeGreaterThan(Date.parse(first.sentAt));
  });

  it('waits on, in front of what came later, and goes by itself', async () => {
    const { tracker, runtime, seen, failures } = tracking([breaks, takes], { flushIntervalMs: 1000 });
    tracker.track(track('a'));
    await runtime.advance(1000);
    expect(failures).toMatchObject([{ isKept: true, items: [{ name: 'a' }], error: { code: 'connection_failed' } }]);
    tracker.track(track('b'));
    await runtime.advance(10_000);
    expect(names(seen)).toEqual([['a'], ['a', 'b']]);
  });

  it('makes flush fail, and the next flush sends it', async () => {
    const { tracker, runtime, seen, results } = tracking([refuses(503, 'unavailable'), takes]);
    tracker.track(track('a'));
    await expect(runtime.until(tracker.flush())).rejects.toThrow(UnavailableError);
    await runtime.until(tracker.flush());
    expect(names(seen)).toEqual([['a'], ['a']]);
    expect(results).toHaveLength(1);
  });

  it('is sent when an overloaded server asks for it, not before', async () => {
    const { tracker, runtime, seen } = tracking([refuses(429, 'overloaded', { 'retry-after': '5' }), takes], {}, 1);
    tracker.track(track('a'));
    runtime.chance = 0;
    const flushed = tracker.flush();
    await runtime.advance(4999);
    expect(seen).toHaveLength(1);
    await runtime.advance(1);
    expect(seen).toHaveLength(2);
    await flushed;
  });

  it('does not make new items press on a server that is down', async () => {
    const { tracker, runtime, seen } = tracking([breaks], { flushAt: 1, flushIntervalMs: 1000 });
    for (let i = 0; i < 10; i += 1) {
      tracker.track(track(String(i)));
      await runtime.advance(10);
    }
    expect(seen).toHaveLength(1);
  });

  it('is lost when it is refused for good, and holds up nothing behind it', async () => {
    const { tracker, failures, seen } = tracking([refuses(401, 'unauthenticated'), takes]);
    tracker.track(track('a'));
    await expect(tracker.flush()).rejects.toThrow(UnauthenticatedError);
    expect(failures).toMatchObject([{ isKept: false, items: [{ name: 'a' }] }]);
    tracker.track(track('b'));
    await tracker.flush();
    expect(names(seen)).toEqual([['a'], ['b']]);
  });
});

describe('flush and close', () => {
  it('do nothing when nothing waits', async () => {
    const { tracker, seen } = tracking([takes]);
    await tracker.flush();
    await tracker.close();
    expect(seen).toHaveLength(0);
  });

  it('send each item once though many call at the same time', async () => {
    const { tracker, seen } = tracking([takes]);
    for (const name of ['a', 'b']) tracker.track(track(name));
    await Promise.all([tracker.flush(), tracker.flush(), tracker.close()]);
    expect(names(seen)).toEqual([['a', 'b']]);
  });

  it('send what waits, and take nothing afterwards', async () => {
    const { tracker, runtime, seen, failures } = tracking([takes]);
    tracker.track(track('a'));
    await tracker.close();
    tracker.track(track('b'));
    await runtime.advance(60_000);
    expect(names(seen)).toEqual([['a']]);
    expect(failures).toMatchObject([{ isKept: false, items: [{ name: 'b' }], error: { code: 'tracker_closed' } }]);
    expect(runtime.pending).toBe(0);
  });

  it('tell of every item that is lost when the server is gone for good', async () => {
    const { tracker, runtime, failures } = tracking([breaks], { flushAt: 10_000 });
    for (let i = 0; i <= MAX_BATCH_ITEMS; i += 1) tracker.track(track(String(i)));
    await expect(runtime.until(tracker.close())).rejects.toMatchObject({ code: 'connection_failed' });
    expect(failures.flatMap(({ isKept, items }) => (isKept ? [] : items))).toHaveLength(MAX_BATCH_ITEMS + 1);
    expect(runtime.pending).toBe(0);
  });
});

describe('a callback that throws', () => {
  it('is reported as an error of its own, and costs no item', async () => {
    const uncaught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (thrown) => void uncaught.push(thrown));
    try {
      const onResult = () => {
        throw new Error('mine');
      };
      const { tracker, runtime, seen } = tracking([takes], { onResult });
      tracker.track(track('a'));
      await tracker.flush();
      await runtime.advance(60_000);
      expect(names(seen)).toEqual([['a']]);
      expect(uncaught).toEqual([new Error('mine')]);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });
});
