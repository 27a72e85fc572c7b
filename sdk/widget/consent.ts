/** Whether anything may be stored or sent: what passes at once, what is held until it may, what is dropped. */

import { quietly } from './guard.ts';

/** What the page says of the visitor's consent. */
export type Consent = 'granted' | 'denied' | 'pending';

/** Something to do; told when it happened, in milliseconds since 1970. */
export type Step = (at: number) => unknown;

/** Lets steps through, in their order. */
export interface Gate {
  pass(step: Step): void;
  /** Drops what is held, or does it, or begins to hold. */
  set(consent: Consent): void;
  is(consent: Consent): boolean;
}

/** What is held at the most; the oldest go. */
const MAX_HELD = 500;

/** A gate that holds. @param tick the time, never the same twice. */
export function openGate(tick: () => number): Gate {
  let state: Consent = 'pending';
  const held: (() => unknown)[] = [];
  return {
    pass(step) {
      const at = tick();
      if (state === 'granted') step(at);
      else if (state === 'pending' && held.push(() => step(at)) > MAX_HELD) held.shift();
    },
    set(consent) {
      state = consent;
      if (consent === 'pending') return;
      const steps = held.splice(0);
      if (consent === 'granted') steps.forEach(quietly);
    },
    is: (consent) => state === consent,
  };
}

/** What holds: the page's word, else the browser's signal not to, else go ahead. */
export function consentOf(given: unknown, browser: object): Consent {
  if (given === 'granted' || given === 'denied' || given === 'pending') return given;
  return (browser as { globalPrivacyControl?: unknown }).globalPrivacyControl === true ? 'denied' : 'granted';
}
