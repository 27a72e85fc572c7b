/** Items that wait to be sent, for all tabs: a key each, so that tabs never overwrite each other. Bounded; the oldest go. */
import type { Store } from './store.ts';

/** Items that may wait. */
export const MAX_QUEUED_ITEMS = 1000;
/** What they may take, in bytes. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

/** An item that waits. */
export interface Waiting {
  readonly key: string;
  /** Of its text, in UTF-8. */
  readonly bytes: number;
}

/** Items in the order they happened. */
export interface Queue {
  /** @param text JSON. @param at when it happened, in milliseconds since 1970. */
  add(text: string, at: number): void;
  waiting(): Waiting[];
  /** Null when another tab has done with it. */
  text(key: string): string | null;
  discard(key: string): void;
  /** Items given up for want of room since it was last asked. */
  takeLost(): number;
}

const MARK = 'q';
/** Digits of a time in base 36, for centuries to come: keys sort as what they name happened. */
const TIME_DIGITS = 9;

/** @param tab a name that no other tab has. */
export function openQueue(store: Store, tab: string): Queue {
  let count = 0;
  let lost = 0;
  const waiting = () =>
    store
      .keys()
      .filter((key) => key[0] === MARK)
      .sort()
      .map((key) => ({ key, bytes: Number(key.split('.')[3]) || 0 }));
  return {
    add(text, at) {
      const bytes = new TextEncoder().encode(text).length;
      const found = waiting();
      let total = found.reduce((sum, each) => sum + each.bytes, bytes);
      for (let left = found.length; left >= MAX_QUEUED_ITEMS || total > MAX_QUEUED_BYTES; left--) {
        const oldest = found.shift();
        if (!oldest) break;
        store.discard(oldest.key);
        total -= oldest.bytes;
        lost++;
      }
      const time = at.toString(36).padStart(TIME_DIGITS, '0');
      store.set(`${MARK}${time}.${tab}.${count++}.${bytes}`, text);
    },
    waiting,
    text: store.get,
    discard: store.discard,
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}
