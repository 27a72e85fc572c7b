/** What contestants came to, side by side: rates, latencies, and whose processor time an item costs. */
import { itemRates, type Outcome, ratioText } from './contest.ts';
import type { Slice } from './measure.ts';
import { median, table } from './table.ts';

/** Times of one answer in ms; processor time per item in µs, of the server, PostgreSQL and the load generator. */
const HEADINGS = ['p50 ms', 'p95', 'p99', 'server µs', 'PostgreSQL', 'load', 'items/flush', 'ms/flush'];

/** Prints medians over the rounds; ratios to `base` with their spread. */
export function costTable(outcomes: readonly Outcome[], base: Outcome): void {
  const rows = outcomes.map((outcome) => {
    const { name, slices, items = 1 } = outcome;
    const middle = (field: keyof Slice) => median(slices.map((slice) => slice[field]));
    const latencies = [middle('p50'), middle('p95'), middle('p99')];
    const costs = [middle('serverCpu'), middle('postgresCpu'), middle('loadCpu')].map((each) => each / items);
    const flushes = [middle('flushItems'), middle('flushMs')];
    return [name, median(itemRates(outcome)), ratioText(outcome, base), ...latencies, ...costs, ...flushes];
  });
  table(['', 'items/s', `× ${base.name}`, ...HEADINGS], rows);
}
