/** Time and storage in the test's hands, for the widget's parts. */
import type { Clock } from '../../sdk/widget/clock.ts';

/** A clock that stands still; what was to come later comes when it is told to go on. */
export class HandClock implements Clock {
  #now = Date.parse('2026-01-15T10:00:00.000Z');
  #timers: { at: number; call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  chance(): number {
    return 0;
  }

  later(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Goes on, and calls what is due, in its order. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.at;
      next.call();
      await settled();
    }
    this.#now = until;
    await settled();
  }
}

/** All that was promised so far has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
