/** One attempt with an end: it answers, runs out of time, or is aborted – whatever the work itself thinks of that. */
import { TimeoutError } from './errors.ts';
import { aborted } from './retry.ts';
import type { Runtime } from './runtime.ts';

/** What ends an attempt. */
export interface Limits {
  readonly timeoutMs: number;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What `work` answers, unless time or the caller's signal is first; then the signal given to `work` is aborted.
 *
 * @throws what `work` throws. @throws {TimeoutError} @throws {AbortedError}
 */
export function within<Result>(
  { timeoutMs, runtime, signal }: Limits,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (signal?.aborted) return Promise.reject(aborted(signal));
  const attempt = new AbortController();
  return new Promise((resolve, reject) => {
    // Whatever ends it first cleans up at once: the work may ignore its signal, and a timer would keep a process alive.
    const settled = () => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const end = (why: Error) => {
      settled();
      reject(why);
      attempt.abort(why);
    };
    const onAbort = () => end(aborted(signal));
    const cancel = runtime.soon(timeoutMs, () =>
      end(new TimeoutError(`No answer came within ${timeoutMs} ms.`, { code: 'timeout' })),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    work(attempt.signal).then(resolve, reject).finally(settled);
  });
}
