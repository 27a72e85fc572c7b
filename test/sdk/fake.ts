/** A platform that obeys the test: time that stands still until it is told to go on, chance that is known, scripted answers. */

import type { ClientOptions, Runtime } from '../../sdk/index.ts';
import { createClient } from '../../sdk/index.ts';

interface Timer {
  readonly at: number;
  readonly work: () => void;
}

/** Time and chance. `random` answers what it is set to; ids count up. */
export class FakeRuntime implements Runtime {
  chance = 0.5;
  /** How long was waited, each time, in milliseconds; timers that were cancelled too. */
  readonly waits: number[] = [];
  readonly #timers = new Set<Timer>();
  #now = Date.parse('2026-01-15T10:00:00.000Z');
  #ids = 0;

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  uuid(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  later(ms: number, work: () => void): () => void {
    const timer = { at: this.#now + ms, work };
    this.waits.push(ms);
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  soon(ms: number, work: () => void): () => void {
    return this.later(ms, work);
  }

  /** Timers that still wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time go by, stopping at each timer on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#next(); next && next.at <= until; next = this.#next()) {
      this.#now = next.at;
      this.#timers.delete(next);
      next.work();
      await settle();
    }
    this.#now = until;
  }

  /** Lets time go by until the promise is settled; fails when nothing is left that could settle it. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const mark = () => {
      isSettled = true;
    };
    promise.then(mark, mark);
    for (await settle(); !isSettled; await settle()) {
      const next = this.#next();
      if (!next) throw new Error('The promise waits for something that will not happen.');
      await this.advance(next.at - this.#now);
    }
    return promise;
  }

  #next(): Timer | undefined {
    return [...this.#timers].sort((left, right) => left.at - right.at)[0];
  }
}

/** Every promise that can go on has done so: nothing here waits for anything outside of this process. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A request as the fake server saw it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  /** Parsed, or undefined. */
  readonly body: ReturnType<typeof JSON.parse>;
}

/** What the fake server does with one request: answers, or throws as a broken connection does. */
export type Step = (seen: Seen, signal: AbortSignal) => Response | Promise<Response>;

/** A client of a scripted server: the n-th request gets the n-th step, the last one stands for all that follow. */
export function scripted(steps: readonly Step[], options: Partial<ClientOptions> = {}) {
  const seen: Seen[] = [];
  const runtime = new FakeRuntime();
  const client = createClient({
    url: 'https://support.test',
    key: 'sk_test',
    runtime,
    fetch: async (url, init) => {
      const { pathname, search } = new URL(url);
      const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
      const request = { method: init.method ?? '', path: pathname + search, headers: new Headers(init.headers), body };
      seen.push(request);
      const step = steps[Math.min(seen.length, steps.length) - 1];
      if (!step) throw new Error('The script is empty.');
      return step(request, init.signal as AbortSignal);
    },
    ...options,
  });
  return { client, runtime, seen };
}

/** A JSON answer. */
export function answers(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Step {
  return () => new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}

/** A refusal, as the server writes them. */
export function refuses(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Step {
  const problem = { type: `/problems/${code}`, title: 'T', status, detail: `It is ${code}.`, instance: '/' };
  return answers({ ...problem, code, requestId: 'req-1', errors: [] }, status, headers);
}

/** No connection, as fetch says it. */
export const breaks: Step = () => Promise.reject(new TypeError('fetch failed'));

/** Takes the request and says nothing until it is given up. */
export const hangs: Step = (_seen, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
