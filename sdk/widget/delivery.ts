/** Sends what waits, in batches; an item leaves the queue when the server has answered about it, never before. */
import type { Clock } from './clock.ts';
import { quietly } from './guard.ts';
import type { Lock } from './lock.ts';
import type { Queue } from './queue.ts';
import type { Store } from './store.ts';
import type { Answer, Result, Transport } from './transport.ts';

/** Items the server takes at once. */
export const MAX_BATCH_ITEMS = 500;
/** What a browser sends for a page that goes, in bytes, with room for what is around the items. */
export const MAX_BATCH_BYTES = 60 * 1024;
/** What happens together is sent together. */
export const GATHER_MS = 300;
/** The wait after the first failure; it doubles with each one more, and chance takes off up to half. */
export const BACKOFF_MS = 1_000;
export const MAX_BACKOFF_MS = 60_000;
/** Nobody is left alone for longer, whatever they ask, and whatever a clock says that was put back. */
export const MAX_WAIT_MS = 3_600_000;

/** Codes of a batch that holds something the server cannot read: smaller ones find it, as when it reads other items. */
const DIVISIBLE = [400, 413, 422];
/** Codes that pass. */
const PASSING = [408, 425, 429];
const WAIT_KEY = 'wait';
const NO_ANSWER: Answer = { status: 0, retryAfterMs: 0, results: null };

/** What delivery stands on. */
export interface DeliveryParts {
  readonly queue: Queue;
  readonly store: Store;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly lock: Lock;
  readonly isOnline: () => boolean;
  readonly warn: (text: string) => void;
  /** The server refused an item for good. @param text the item, as JSON. */
  readonly onRejected: (text: string, result: Result) => void;
}

/** Sending, by itself. */
export interface Delivery {
  /** Something waits. */
  notice(): void;
  /** The way may be free again. */
  wake(): void;
  /** The page may end now: one batch, without waiting for anybody. */
  leave(): void;
  /** Nothing stands in the way, as far as is known. */
  isWell(): boolean;
  /** Nothing is sent from now on. */
  stop(): void;
}

interface Item {
  readonly key: string;
  /** JSON. */
  readonly text: string;
}

/** Delivers one queue. */
export function openDelivery(parts: DeliveryParts): Delivery {
  const { queue, store, clock, transport, lock, warn } = parts;
  const flying = new Set<string>();
  let failures = 0;
  let limit = MAX_BATCH_ITEMS;
  let isStopped = false;
  let isSending = false;
  let cancel: (() => void) | null = null;

  /** Shared by all tabs: a server that is down is asked by one of them. */
  const waitMs = () => {
    const left = Number(store.get(WAIT_KEY)) - clock.now();
    return left > 0 && left <= MAX_WAIT_MS ? left : 0;
  };

  const plan = (ms: number) => {
    if (isStopped || cancel) return;
    cancel = clock.later(ms, () => {
      cancel = null;
      send();
    });
  };

  const send = () => {
    if (isSending || isStopped) return;
    isSending = true;
    const goOn = () => {
      isSending = false;
      if (queue.waiting().length > 0) plan(Math.max(waitMs(), GATHER_MS));
    };
    lock(drain).then(goOn, goOn);
  };

  const drain = async () => {
    while (!isStopped && waitMs() === 0) {
      const batch = take();
      if (batch.length === 0) return;
      if (!parts.isOnline()) return fail(0);
      await attempt(batch, false);
    }
  };

  /** The first that wait and are not on their way. */
  const take = (): Item[] => {
    let bytes = MAX_BATCH_BYTES;
    const batch: Item[] = [];
    for (const { key, bytes: size } of queue.waiting()) {
      bytes -= size + 1;
      if ((bytes < 0 && batch.length > 0) || batch.length === limit) break;
      const text = queue.text(key);
      if (!text) queue.discard(key);
      else if (!flying.has(key)) batch.push({ key, text });
    }
    return batch;
  };

  const attempt = async (batch: readonly Item[], isLeaving: boolean) => {
    for (const { key } of batch) flying.add(key);
    const sentAt = new Date(clock.now()).toISOString();
    const body = `{"sentAt":"${sentAt}","items":[${batch.map(({ text }) => text).join()}]}`;
    const answer = await transport(body, isLeaving).catch(() => NO_ANSWER);
    for (const { key } of batch) flying.delete(key);
    if (answer && !isStopped) quietly(() => judge(batch, answer));
  };

  const judge = (batch: readonly Item[], { status, retryAfterMs, results }: Answer) => {
    if (results && results.length === batch.length) {
      failures = 0;
      store.discard(WAIT_KEY);
      batch.forEach(({ key, text }, i) => {
        const result = results[i] as Result;
        queue.discard(key);
        if (result.status === 'rejected') parts.onRejected(text, result);
      });
      const lost = queue.takeLost();
      if (lost > 0) warn(`${lost} items were dropped: too many waited.`);
    } else if (results || DIVISIBLE.includes(status)) {
      limit = Math.ceil(batch.length / 2);
      if (batch.length > 1) return;
      limit = MAX_BATCH_ITEMS;
      queue.discard((batch[0] as Item).key);
      warn(`Dropped: the server answered ${status}.`);
    } else if (status < 400 || status >= 500 || PASSING.includes(status)) {
      fail(retryAfterMs);
    } else {
      isStopped = true;
      warn(`Sending has stopped: the server answered ${status}.`);
    }
  };

  const fail = (retryAfterMs: number) => {
    const most = Math.min(BACKOFF_MS * 2 ** failures++, MAX_BACKOFF_MS);
    const wait = Math.min(Math.max(retryAfterMs, most * (1 - clock.chance() / 2)), MAX_WAIT_MS);
    store.set(WAIT_KEY, String(clock.now() + wait));
  };

  // Of pages before this one.
  plan(GATHER_MS);
  return {
    notice: () => plan(GATHER_MS),
    wake() {
      if (failures > 0) store.discard(WAIT_KEY);
      failures = 0;
      if (cancel) cancel();
      cancel = null;
      send();
    },
    leave() {
      if (isStopped || waitMs() > 0) return;
      // What is on its way counts too: a browser lets so much outlive the page, and no more.
      const batch = take();
      if (batch.length > 0) attempt(batch, true);
    },
    isWell: () => !isStopped && failures === 0 && waitMs() === 0,
    stop() {
      isStopped = true;
    },
  };
}
