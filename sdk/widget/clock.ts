/** Time and chance, as the widget's parts are given them. */
import { quietly } from './guard.ts';

/** Handed in, so that tests can hold time still. */
export interface Clock {
  /** Milliseconds since 1970, by the browser's clock. */
  now(): number;
  /** Calls once after so many milliseconds. @returns what takes it back. */
  later(ms: number, call: () => void): () => void;
  /** 0 ≤ chance < 1. */
  chance(): number;
}

/** The real one. */
export const browserClock: Clock = {
  now: () => Date.now(),
  later(ms, call) {
    const timer = setTimeout(quietly, ms, call);
    return () => clearTimeout(timer);
  },
  chance: () => Math.random(),
};

/** A clock of which no two readings are equal, so that what happened keeps its order. */
export function ticking(clock: Clock): () => number {
  let last = 0;
  return () => {
    last = Math.max(clock.now(), last + 1);
    return last;
  };
}

const ID_BYTES = 16;

/** 128 random bits nobody can guess, as hexadecimal text. */
export function randomId(): string {
  let id = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(ID_BYTES))) id += byte.toString(16).padStart(2, '0');
  return id;
}
