/** The visit an item belongs to: one for all tabs, over after half an hour without anything, or after a day. */
import type { Store } from './store.ts';

/** Without activity for so long, it is over. */
export const IDLE_MS = 30 * 60_000;
/** It is over after so long, whatever goes on. */
export const LONGEST_MS = 24 * 3_600_000;
/** Tabs that open together, as when a browser comes back, agree on one visit within this. */
const TOGETHER_MS = 10_000;
/** So much may a clock be put back in it; what begins later was written by one that was wrong. */
export const AHEAD_MS = 60_000;

/** The visit of an item. */
export interface Visit {
  /** Unique together with the anonymousId. */
  readonly id: string;
  /** It begins with this item. */
  readonly isNew: boolean;
}

/** Visits of this browser. */
export interface Visits {
  /** Something happens. @param at in milliseconds since 1970. */
  touch(at: number): Visit;
  /** It is over. @returns its id; nothing when there was none. */
  end(at: number): string | undefined;
}

const KEY = 'visit';

/** Visits, kept where all tabs see them. */
export function openVisits(store: Store): Visits {
  /** `id startedAt activeAt` of the visit that still goes on. */
  const current = (at: number) => {
    const [id, startedAt, activeAt] = (store.get(KEY) || '').split(' ');
    const [start, active] = [Number(startedAt), Number(activeAt)];
    const goesOn = id && at - active < IDLE_MS && at - start < LONGEST_MS && start - at <= AHEAD_MS;
    return goesOn ? { id, start, active } : null;
  };
  return {
    touch(at) {
      const found = current(at);
      const { id, start, active } = found || { id: Math.floor(at / TOGETHER_MS).toString(36), start: at, active: at };
      store.set(KEY, `${id} ${start} ${Math.max(at, active)}`);
      return { id, isNew: !found };
    },
    end(at) {
      const found = current(at);
      store.discard(KEY);
      return found?.id;
    },
  };
}
