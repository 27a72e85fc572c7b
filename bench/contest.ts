/** Servers against each other: in turns, so that whatever else the machine does falls on all of them alike. */
import type { Amount, Meter, Slice, Target, Traffic } from './measure.ts';
import { spread } from './table.ts';

/** One server under one kind of traffic. */
export interface Contestant {
  readonly name: string;
  readonly target: Target;
  readonly traffic: Traffic;
  /** Items of one request; 1 when it is left out. */
  readonly items?: number;
}

/** What a contestant came to, a slice per round. */
export interface Outcome extends Contestant {
  readonly slices: readonly Slice[];
}

/** Runs everybody once a round, A B C A B C …, and the other way round every second time. */
export async function contest(
  meter: Meter,
  contestants: readonly Contestant[],
  { rounds, ...amount }: Amount & { readonly rounds: number },
): Promise<Outcome[]> {
  const slices = new Map<Contestant, Slice[]>(contestants.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? contestants : contestants.toReversed()) {
      slices.get(each)?.push(await meter.measure(each.target, each.traffic, amount));
    }
  }
  return contestants.map((each) => ({ ...each, slices: slices.get(each) ?? [] }));
}

/** Items per second, a figure per round. */
export function itemRates({ slices, items = 1 }: Outcome): number[] {
  return slices.map(({ rate }) => rate * items);
}

/** How many times as fast as another, round by round: what neighbours on the machine do cancels out. */
export function ratios(outcome: Outcome, to: Outcome): number[] {
  const base = itemRates(to);
  return itemRates(outcome).map((rate, i) => rate / (base[i] ?? Number.NaN));
}

/** The same as text. */
export function ratioText(outcome: Outcome, to: Outcome): string {
  return outcome === to ? '1' : spread(ratios(outcome, to));
}
