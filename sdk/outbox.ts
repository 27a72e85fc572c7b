/**
 * Items on their way: they wait, are sent in batches, one batch at a time and in order, and leave when the server has
 * answered about them. Each is sent at least once; as it carries its messageId, it is stored once.
 */
import type { BatchItem } from './activity.ts';
import { NotQueuedError, RejectedError, TooLargeError, TransactionalSupportError } from './errors.ts';
import type { BatchReply } from './generated/rest.ts';
import { batchText, MAX_ITEM_BYTES, nextBatch, type Queued, queued } from './queue.ts';
import { isoTime } from './rest.ts';
import { backoff, isPassing } from './retry.ts';
import type { Runtime } from './runtime.ts';

/** So many waiting items are sent at once. */
const DEFAULT_FLUSH_AT = 100;
/** Longest an item waits for others. */
const DEFAULT_FLUSH_INTERVAL_MS = 5_000;
/** Items that may wait; more are refused. */
const DEFAULT_MAX_QUEUE = 10_000;
/** The same in bytes of JSON: so many items at their own limit would be 320 MB. */
const DEFAULT_MAX_QUEUE_BYTES = 16 * 1024 * 1024;

/** What became of one item. */
export type ItemResult = BatchReply['results'][number];

/** Something went wrong with items. */
export interface TrackerFailure {
  readonly error: TransactionalSupportError;
  readonly items: readonly BatchItem[];
  /** True: they wait for the next attempt. False: they are lost. */
  readonly isKept: boolean;
}

/** How a tracker collects. */
export interface TrackerOptions {
  /** Sends as soon as so many items wait. 100 unless told otherwise. */
  readonly flushAt?: number;
  /** Sends what waits after so many milliseconds at the latest. 5 000 unless told otherwise. */
  readonly flushIntervalMs?: number;
  /** Items that may wait, those being sent included; one more is refused. 10 000 unless told otherwise. */
  readonly maxQueue?: number;
  /** The same in bytes of JSON; an item that no longer fits is refused. 16 MiB unless told otherwise. */
  readonly maxQueueBytes?: number;
  /** Called for every item the server answered about: accepted, duplicate, suppressed or rejected. */
  readonly onResult?: (result: ItemResult, item: BatchItem) => void;
  /** Called for items that were refused or lost, and whenever sending failed. */
  readonly onError?: (failure: TrackerFailure) => void;
}

/** What an outbox stands on. */
export interface OutboxParts {
  readonly runtime: Runtime;
  /** Sends one batch, with retries of its own. @param body makes its text for each attempt. */
  readonly send: (body: () => string) => Promise<BatchReply>;
}

/** Items on their way. */
export class Outbox {
  readonly #waiting: Queued<BatchItem>[] = [];
  readonly #flushAt: number;
  readonly #flushIntervalMs: number;
  readonly #maxQueue: number;
  readonly #maxQueueBytes: number;
  /** Of all that waits. */
  #bytes = 0;
  #sending: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #failures = 0;
  #isClosed = false;

  constructor(
    private readonly parts: OutboxParts,
    private readonly options: TrackerOptions,
  ) {
    this.#flushAt = options.flushAt ?? DEFAULT_FLUSH_AT;
    this.#flushIntervalMs = options.flushIntervalMs ?? DEFAULT_FLUSH_INTERVAL_MS;
    this.#maxQueue = options.maxQueue ?? DEFAULT_MAX_QUEUE;
    this.#maxQueueBytes = options.maxQueueBytes ?? DEFAULT_MAX_QUEUE_BYTES;
  }

  /** Takes an item, or tells `onError` why not. */
  add(item: BatchItem): void {
    try {
      const taken = this.#admit(item);
      this.#waiting.push(taken);
      this.#bytes += taken.bytes;
      this.#goOn();
    } catch (thrown) {
      this.#lose(asOurs(thrown), [item]);
    }
  }

  /** Sends all that waits; who comes while another flush is at work goes on after it. */
  async flush(): Promise<void> {
    let failure: { readonly why: unknown } | null = null;
    while (this.#sending) {
      await this.#sending.catch((why: unknown) => {
        failure = { why };
      });
    }
    if (this.#waiting.length > 0) return this.#send();
    if (failure) throw (failure as { readonly why: unknown }).why;
  }

  /** Takes nothing more and sends all that waits. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.flush();
  }

  /** @throws {NotQueuedError} @throws {TooLargeError} @throws {RejectedError} */
  #admit(item: BatchItem): Queued<BatchItem> {
    if (this.#isClosed) throw new NotQueuedError('The tracker is closed.', { code: 'tracker_closed' });
    if (this.#waiting.length >= this.#maxQueue) {
      throw new NotQueuedError(`${this.#maxQueue} items wait already.`, { code: 'queue_full' });
    }
    const taken = queued(item);
    if (taken.bytes > MAX_ITEM_BYTES) {
      throw new TooLargeError('The item is too large.', { code: 'item_too_large', facts: { limit: MAX_ITEM_BYTES } });
    }
    if (this.#bytes + taken.bytes <= this.#maxQueueBytes) return taken;
    throw new NotQueuedError(`${this.#bytes} bytes wait already.`, { code: 'queue_full' });
  }

  /** The first so many leave the queue: the server has answered about them, or they are lost. */
  #leave(count: number): Queued<BatchItem>[] {
    const gone = this.#waiting.splice(0, count);
    for (const { bytes } of gone) this.#bytes -= bytes;
    return gone;
  }

  /** Sends now when enough waits, else in a while. After a failure the timer alone decides: no pressing on a server that is down. */
  #goOn(): void {
    if (this.#sending || this.#waiting.length === 0) return;
    if (this.#waiting.length >= this.#flushAt && this.#failures === 0) {
      this.#send().catch(() => undefined); // onError heard of it
      return;
    }
    if (this.#cancelTimer) return;
    const { runtime } = this.parts;
    const chance = this.#failures === 0 ? 0 : backoff(this.#failures, runtime);
    this.#cancelTimer = runtime.later(this.#flushIntervalMs + chance, () => {
      this.#cancelTimer = null;
      this.#send().catch(() => undefined); // onError heard of it
    });
  }

  async #send(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#sending = this.#sendFirst(this.#waiting.length);
    try {
      await this.#sending;
    } finally {
      this.#sending = null;
      this.#goOn();
    }
  }

  /** Batch by batch, those that wait now. What comes meanwhile is the next one's. */
  async #sendFirst(count: number): Promise<void> {
    let refusal: TransactionalSupportError | null = null;
    for (let left = count; left > 0; ) {
      const batch = nextBatch(this.#waiting.slice(0, left));
      try {
        const { results } = await this.parts.send(() => batchText(batch, isoTime(this.parts.runtime)));
        this.#failures = 0;
        this.#leave(batch.length);
        this.#report(batch, results);
      } catch (thrown) {
        const error = asOurs(thrown);
        this.#failures += 1;
        if (isPassing(error)) throw this.#putOff(error, batch);
        // What is refused for good would be refused again, and hold up all that comes after it.
        this.#lose(error, itemsOf(this.#leave(batch.length)));
        refusal ??= error;
      }
      left -= batch.length;
    }
    if (refusal) throw refusal;
  }

  /** After a passing failure: nobody waits for a closed tracker, so there the rest is lost. */
  #putOff(error: TransactionalSupportError, batch: readonly Queued<BatchItem>[]): TransactionalSupportError {
    if (this.#isClosed) this.#lose(error, itemsOf(this.#leave(this.#waiting.length)));
    else tell(() => this.options.onError?.({ error, items: itemsOf(batch), isKept: true }));
    return error;
  }

  #report(batch: readonly Queued<BatchItem>[], results: readonly ItemResult[]): void {
    for (const result of results) {
      const item = batch[result.index]?.item;
      if (!item) continue;
      tell(() => this.options.onResult?.(result, item));
      if (result.status !== 'rejected') continue;
      const { code = 'invalid', detail = 'The item was rejected.', pointer = '' } = result;
      this.#lose(new RejectedError(detail, { code, faults: [{ pointer, detail }] }), [item]);
    }
  }

  #lose(error: TransactionalSupportError, items: readonly BatchItem[]): void {
    tell(() => this.options.onError?.({ error, items, isKept: false }));
  }
}

function itemsOf(batch: readonly Queued<BatchItem>[]): BatchItem[] {
  return batch.map(({ item }) => item);
}

/** A callback that throws is its owner's fault, and reported as one: no item may be lost or doubled for it. */
function tell(callback: () => void): void {
  try {
    callback();
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown;
    });
  }
}

function asOurs(thrown: unknown): TransactionalSupportError {
  if (thrown instanceof TransactionalSupportError) return thrown;
  return new RejectedError('The item cannot be sent.', { code: 'not_json' }, { cause: thrown });
}
