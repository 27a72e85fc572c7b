/**
 * Renews a lock directory from a thread of its own. The embedded database works in the main thread, so a long statement
 * would keep that from renewing, and the lock would look like one that a killed process left behind. The thread ends
 * with the process, so a lock of a killed process still goes stale.
 */
import { once } from 'node:events';
import * as fs from 'node:fs';
import { Worker } from 'node:worker_threads';

/** After the last long statement; a scrub runs one after the other. */
const IDLE_MS = 30_000;

/** Modification times, in ms, that are ours: what the main thread and this one wrote last and are about to write. */
const [MAIN_LAST, MAIN_NEXT, PULSE_LAST, PULSE_NEXT] = [0, 1, 2, 3];
const SLOTS = 4;

/** Stops by itself when somebody else has the lock; the main thread notices then too. Whole seconds suit any disk. */
const THREAD = `
const { statSync, utimesSync } = require('node:fs');
const { parentPort, workerData: { path, times, everyMs } } = require('node:worker_threads');
const beat = () => {
  try {
    if (!times.includes(BigInt(statSync(path).mtime.getTime()))) return clearInterval(timer);
    const next = Math.ceil(Date.now() / 1000);
    Atomics.store(times, ${PULSE_LAST}, Atomics.load(times, ${PULSE_NEXT}));
    Atomics.store(times, ${PULSE_NEXT}, BigInt(next * 1000));
    utimesSync(path, next, next);
  } catch {
    clearInterval(timer);
  }
};
const timer = setInterval(beat, everyMs);
beat();
parentPort.postMessage('beating');
`;

/** For one lock, held by the main thread with the file system that `fs` is. */
export class LockPulse {
  readonly #times = new BigInt64Array(new SharedArrayBuffer(SLOTS * BigInt64Array.BYTES_PER_ELEMENT));
  #thread: Promise<Worker> | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** @param path of the lock directory. @param everyMs how often it is renewed. */
  constructor(
    readonly path: string,
    readonly everyMs: number,
  ) {}

  /** What the holder of the lock uses: a time that the thread wrote reads as the holder's own. */
  readonly fs = {
    ...fs,
    stat: (path: string, done: (failure: Error | null, stats?: fs.Stats) => void) =>
      fs.stat(path, (failure, stats) => done(failure, stats && this.#asOurs(stats))),
    utimes: (path: string, read: Date, written: Date, done: (failure: Error | null) => void) => {
      Atomics.store(this.#times, MAIN_LAST, Atomics.load(this.#times, MAIN_NEXT));
      Atomics.store(this.#times, MAIN_NEXT, BigInt(written.getTime()));
      fs.utimes(path, read, written, done);
    },
  };

  /** Resolves when the thread renews the lock; it goes on for a while after the last call. */
  async keepFresh(): Promise<void> {
    this.#thread ??= this.#start();
    await this.#thread;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.stop(), IDLE_MS).unref();
  }

  /** Resolves when no thread is left. */
  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await (await thread)?.terminate();
  }

  async #start(): Promise<Worker> {
    const workerData = { path: this.path, times: this.#times, everyMs: this.everyMs };
    const thread = new Worker(THREAD, { eval: true, execArgv: [], workerData });
    await once(thread, 'message');
    thread.unref();
    return thread;
  }

  #asOurs(stats: fs.Stats): fs.Stats {
    const time = BigInt(stats.mtime.getTime());
    const isThreads = this.#times.subarray(PULSE_LAST).includes(time);
    if (isThreads) stats.mtime = new Date(Number(Atomics.load(this.#times, MAIN_NEXT)));
    return stats;
  }
}
