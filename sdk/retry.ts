/** When an attempt is repeated, and how long to wait before: full jitter, and never sooner than the server asks. */
import {
  AbortedError,
  ConnectionError,
  IdempotencyInProgressError,
  ServerError,
  TimeoutError,
  TooManyRequestsError,
  TransactionalSupportError,
} from './errors.ts';
import type { Runtime } from './runtime.ts';

/** The wait after the first failure is up to this; it doubles with each one more. */
export const BACKOFF_BASE_MS = 250;
/** However many failures there were, chance adds no more than this. */
export const BACKOFF_MAX_MS = 8_000;
/** A server that asks for more patience than this is not waited for: the caller decides. */
export const MAX_RETRY_AFTER_S = 60;

const REQUEST_TIMEOUT = 408;

/** How often, and for whom. */
export interface Patience {
  readonly retries: number;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
}

/** Whether the same request may well succeed a little later. */
export function isPassing(thrown: unknown): thrown is TransactionalSupportError {
  return (
    thrown instanceof ConnectionError ||
    thrown instanceof TimeoutError ||
    thrown instanceof TooManyRequestsError ||
    thrown instanceof ServerError ||
    // Our own attempt before this one, whose answer was lost, is still at work.
    thrown instanceof IdempotencyInProgressError ||
    (thrown instanceof TransactionalSupportError && thrown.status === REQUEST_TIMEOUT)
  );
}

/** Milliseconds from 0 to a bound that doubles with each failure. @param failures so far, from 1. */
export function backoff(failures: number, runtime: Runtime): number {
  return runtime.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (failures - 1));
}

/**
 * What `work` answers, after as many attempts as it takes.
 *
 * @param mayRepeat whether a failure is worth another attempt.
 * @throws what the last attempt threw. @throws {AbortedError}
 */
export async function retrying<Result>(
  { retries, runtime, signal }: Patience,
  work: () => Promise<Result>,
  mayRepeat: (thrown: unknown) => thrown is TransactionalSupportError = isPassing,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (failures > retries || !mayRepeat(thrown)) throw thrown;
      const asked = thrown.retryAfter ?? 0;
      if (asked > MAX_RETRY_AFTER_S) throw thrown;
      await pause(asked * 1000 + backoff(failures, runtime), runtime, signal);
    }
  }
}

/** Waits. @throws {AbortedError} as soon as the signal is aborted. */
export function pause(ms: number, runtime: Runtime, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const cancel = runtime.soon(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      cancel();
      reject(aborted(signal));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The error of a call whose signal was aborted. */
export function aborted(signal?: AbortSignal): AbortedError {
  return new AbortedError('The call was aborted.', { code: 'aborted' }, { cause: signal?.reason });
}
