/** One tab sends at a time: by the browser's locks where it has them, else by a lease in the store. */
import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** Does the work when no other tab is at it; waits until then. @param work never throws. */
export type Lock = (work: () => Promise<void>) => Promise<void>;

/** A tab that did not renew its lease for so long has gone. */
export const LEASE_MS = 20_000;
const RENEW_MS = 5_000;
const POLL_MS = 1_000;
const KEY = 'lease';

/** @param name of this browser's queue. */
export function webLock(locks: LockManager, name: string): Lock {
  // Refused, as in some frames: two that send are better than none.
  return (work) => locks.request(name, work).catch(work);
}

/** Two tabs may take it at the same moment; then both send, and the server stores everything once. */
export function leaseLock(store: Store, clock: Clock, tab: string): Lock {
  const isFree = () => {
    const [owner, until] = (store.get(KEY) || '').split(' ');
    const left = Number(until) - clock.now();
    return owner === tab || !(left > 0 && left <= LEASE_MS);
  };
  const free = async () => {
    while (!isFree()) await new Promise<void>((resolve) => clock.later(POLL_MS, resolve));
  };
  return async (work) => {
    await free();
    let stop = () => {};
    const renew = () => {
      store.set(KEY, `${tab} ${clock.now() + LEASE_MS}`);
      stop = clock.later(RENEW_MS, renew);
    };
    renew();
    await work();
    stop();
    store.discard(KEY);
  };
}
