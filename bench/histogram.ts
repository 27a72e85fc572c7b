/** Latencies as counts: constant memory, no sorting, exact to a hundredth of a millisecond. */

const STEPS_PER_MS = 100;
/** Longer ones count as this long; a run is given up before. */
const LONGEST_MS = 20_000;

/** Counts durations in milliseconds. */
export class Histogram {
  readonly #counts = new Uint32Array(LONGEST_MS * STEPS_PER_MS + 1);
  #total = 0;

  add(ms: number): void {
    const step = Math.min(Math.round(ms * STEPS_PER_MS), this.#counts.length - 1);
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#total++;
  }

  /** @param share of all durations, 0–1. @returns the duration in milliseconds that this share stays within; 0 of none. */
  quantile(share: number): number {
    let left = Math.ceil(this.#total * share);
    if (left === 0) return 0;
    const step = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return step / STEPS_PER_MS;
  }
}
