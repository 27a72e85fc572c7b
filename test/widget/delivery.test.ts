/** Sending what waits, with time, network and storage in the test's hands. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  BACKOFF_MS,
  type Delivery,
  GATHER_MS,
  MAX_BACKOFF_MS,
  MAX_BATCH_ITEMS,
  MAX_WAIT_MS,
  openDelivery,
} from '../../sdk/widget/delivery.ts';
import { LEASE_MS, leaseLock } from '../../sdk/widget/lock.ts';
import { openQueue, type Queue } from '../../sdk/widget/queue.ts';
import { type Store, withMemory } from '../../sdk/widget/store.ts';
import type { Answer } from '../../sdk/widget/transport.ts';
import { HandClock, settled } from './hands.ts';

let clock: HandClock;
let store: Store;
let queue: Queue;
let warnings: string[];
let rejected: string[];
/** The items of every attempt. */
let attempts: unknown[][];
/** What is answered next; without any, everything is accepted. */
let answers: (Partial<Answer> | 'none' | 'never')[];
/** What is answered to these items, when nothing else is. */
let answer: (items: readonly unknown[]) => Partial<Answer>;
let isOnline: boolean;

beforeEach(() => {
  clock = new HandClock();
  store = withMemory();
  queue = openQueue(store, 'a');
  [warnings, rejected, attempts, answers, isOnline] = [[], [], [], [], true];
  answer = () => ({});
});

function open(tab = 'a'): Delivery {
  return openDelivery({
    queue,
    store,
    clock,
    lock: leaseLock(store, clock, tab),
    isOnline: () => isOnline,
    warn: (text) => warnings.push(text),
    onRejected: (text, { code }) => rejected.push(`${text} ${code}`),
    async transport(body) {
      const { items } = JSON.parse(body) as { items: unknown[] };
      attempts.push(items);
      const next = answers.shift() ?? answer(items);
      if (next === 'none') throw new Error('no network');
      if (next === 'never') return new Promise(() => undefined);
      const results = items.map(() => ({ status: 'accepted' }));
      return { status: 200, retryAfterMs: 0, results: next.status ? null : results, ...next };
    },
  });
}

function add(delivery: Delivery, ...items: readonly unknown[]): void {
  for (const item of items) {
    queue.add(JSON.stringify(item), clock.now());
    delivery.notice();
  }
}

describe('delivery', () => {
  it('gathers what happens together, and removes it on the answer alone', async () => {
    answers = ['never'];
    add(open(), 1, 2);
    await clock.advance(GATHER_MS - 1);
    expect(attempts).toEqual([]);
    await clock.advance(1);
    expect([attempts, queue.waiting().length]).toEqual([[[1, 2]], 2]);
  });

  it('sends no more at once than the server takes', async () => {
    const delivery = open();
    add(delivery, ...Array.from({ length: MAX_BATCH_ITEMS + 1 }, (_, i) => i));
    await clock.advance(GATHER_MS);
    expect(attempts.map(({ length }) => length)).toEqual([MAX_BATCH_ITEMS, 1]);
  });

  it.each<[string, Partial<Answer> | 'none']>([
    ['there is no answer', 'none'],
    ['the server fails', { status: 503 }],
    ['the server is overloaded', { status: 429 }],
    ['the answer is not ours', { status: 200, results: null }],
  ])('waits longer each time when %s, up to a minute, and loses nothing', async (_when, answer) => {
    answers = Array.from({ length: 9 }, () => answer);
    add(open(), 1);
    await clock.advance(GATHER_MS);
    for (let n = 1; n < 9; n++) {
      const wait = Math.min(BACKOFF_MS * 2 ** (n - 1), MAX_BACKOFF_MS);
      await clock.advance(wait - 1);
      expect(attempts).toHaveLength(n);
      await clock.advance(1);
      expect(attempts).toHaveLength(n + 1);
    }
    await clock.advance(MAX_BACKOFF_MS);
    expect([attempts.length, queue.waiting().length, warnings]).toEqual([10, 0, []]);
  });

  it('waits as long as the server asks, but not for ever', async () => {
    answers = [
      { status: 429, retryAfterMs: 90_000 },
      { status: 503, retryAfterMs: 10 * MAX_WAIT_MS },
    ];
    add(open(), 1);
    await clock.advance(GATHER_MS + 89_999);
    expect(attempts).toHaveLength(1);
    await clock.advance(1);
    expect(attempts).toHaveLength(2);
    await clock.advance(MAX_WAIT_MS - 1);
    expect(attempts).toHaveLength(2);
    await clock.advance(1);
    expect(attempts).toHaveLength(3);
  });

  it('asks nobody while the browser is offline, and at once when it is back', async () => {
    isOnline = false;
    const delivery = open();
    add(delivery, 1);
    await clock.advance(MAX_BACKOFF_MS);
    expect([attempts, delivery.isWell()]).toEqual([[], false]);
    isOnline = true;
    delivery.wake();
    await settled();
    expect([attempts, delivery.isWell()]).toEqual([[[1]], true]);
  });

  it.each([400, 413, 422])('divides on %i until the bad one stands alone, and drops only that', async (status) => {
    const delivery = open();
    answers = [{ status }, { status }, {}, { status }];
    add(delivery, 1, 2, 3, 'bad');
    await clock.advance(GATHER_MS);
    expect(attempts).toEqual([[1, 2, 3, 'bad'], [1, 2], [1], [2], [3, 'bad']].slice(0, attempts.length));
    expect(queue.waiting().length).toBe(0);
    expect(warnings).toEqual([`Dropped: the server answered ${status}.`]);
  });

  it.each([
    ['more', 1],
    ['fewer', -1],
  ])('divides when the answer is about %s items than it sent, until the torn one stands alone', async (_which, by) => {
    const isTorn = (items: readonly unknown[]) => items.includes('torn');
    answer = (items) => ({
      results: Array.from({ length: items.length + (isTorn(items) ? by : 0) }, () => ({ status: 'accepted' })),
    });
    add(open(), 1, 'torn', 2, 3);
    await clock.advance(GATHER_MS);
    const accepted = attempts.filter((items) => !isTorn(items)).flat();
    expect([accepted, queue.waiting().length]).toEqual([[1, 2, 3], 0]);
    expect(warnings).toEqual(['Dropped: the server answered 200.']);
  });

  it.each([401, 403, 404])('stops on %i, says so once and keeps what it has', async (status) => {
    answers = [{ status }];
    const delivery = open();
    add(delivery, 1);
    await clock.advance(GATHER_MS);
    add(delivery, 2);
    delivery.leave();
    delivery.wake();
    await clock.advance(MAX_WAIT_MS);
    expect([attempts.length, queue.waiting().length, warnings]).toEqual([
      1,
      2,
      [`Sending has stopped: the server answered ${status}.`],
    ]);
  });

  it('tells which items were refused, and goes on', async () => {
    answers = [
      { results: [{ status: 'accepted' }, { status: 'rejected', code: 'too_deep' }, { status: 'duplicate' }] },
    ];
    add(open(), 1, 2, 3);
    await clock.advance(GATHER_MS);
    expect([rejected, queue.waiting().length]).toEqual([['2 too_deep'], 0]);
  });

  it('sends at the end what is not on its way yet', async () => {
    answers = ['never'];
    const delivery = open();
    add(delivery, 1);
    await clock.advance(GATHER_MS);
    add(delivery, 2);
    delivery.leave();
    await settled();
    expect(attempts).toEqual([[1], [2]]);
  });

  it('leaves a server alone at the end, too, when it asked for that', async () => {
    answers = [{ status: 429, retryAfterMs: 60_000 }];
    const delivery = open();
    add(delivery, 1);
    await clock.advance(GATHER_MS);
    delivery.leave();
    await settled();
    expect([attempts.length, queue.waiting().length]).toEqual([1, 1]);
  });

  it('goes on from what a page before left', async () => {
    queue.add('1', clock.now());
    open();
    await clock.advance(GATHER_MS);
    expect(attempts).toEqual([[1]]);
  });
});

describe('two tabs', () => {
  it('send one at a time, and the second takes over what is left', async () => {
    const [first, second] = [open('a'), open('b')];
    answers = ['never'];
    add(first, 1);
    await clock.advance(GATHER_MS);
    add(second, 2);
    await clock.advance(LEASE_MS);
    // The first renews its lease for as long as it waits for its answer.
    expect(attempts).toEqual([[1]]);
  });

  it('leave a server that fails to one of them', async () => {
    answers = [{ status: 503, retryAfterMs: 30_000 }];
    const [first, second] = [open('a'), open('b')];
    add(first, 1);
    add(second, 2);
    await clock.advance(29_000);
    expect(attempts).toHaveLength(1);
    await clock.advance(3_000);
    expect([attempts.length, queue.waiting().length]).toEqual([2, 0]);
  });

  it('do not wait for one that has gone', async () => {
    store.set('lease', `gone ${clock.now() + LEASE_MS}`);
    add(open('b'), 1);
    await clock.advance(LEASE_MS - 1_000);
    expect(attempts).toEqual([]);
    await clock.advance(2_000);
    expect(attempts).toEqual([[1]]);
  });
});
