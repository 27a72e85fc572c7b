/** W1: one event per request, durably acknowledged, on known people – our server against one commit per request. */
import { startScript } from './child.ts';
import { type Contestant, contest, type Outcome, ratios } from './contest.ts';
import { costTable } from './cost-table.ts';
import type { Meter, Target, Traffic } from './measure.ts';
import { KEYS, trackTraffic } from './ours.ts';
import { memoryOf } from './proc.ts';
import { type CleanUp, ScratchDatabase } from './scratch.ts';
import type { Settings } from './settings.ts';
import { heading, short, spread, table } from './table.ts';

/** What a run works with. */
export interface Run {
  readonly server: string;
  readonly settings: Settings;
  readonly cleanUp: CleanUp;
  readonly meter: Meter;
  readonly ours: Target;
}

/** Connections of W1; the slowest of the usual clients keep this many open. */
export const CONNECTIONS = 64;

/** The baseline, with the pool that suits it best on this machine. */
export async function openBaseline({ server, settings, cleanUp, meter }: Run): Promise<Target> {
  const database = await ScratchDatabase.create(server, 'baseline', cleanUp);
  const tried: { pool: number; rate: number }[] = [];
  const open = async (pool: number): Promise<Target> => {
    const child = await startScript('baseline.ts', [database.url, String(pool), KEYS.secret], cleanUp);
    return { name: 'baseline', child, database, flushes: false };
  };
  const [only, ...others] = settings.pools;
  if (only !== undefined && others.length === 0) return open(only);
  for (const pool of settings.pools) {
    const target = await open(pool);
    const amount = { connections: CONNECTIONS, seconds: settings.tuneSeconds };
    await meter.measure(target, baselineTraffic('/events', settings), { ...amount, seconds: amount.seconds / 2 });
    tried.push({ pool, rate: (await meter.measure(target, baselineTraffic('/events', settings), amount)).rate });
    await target.child.stop();
  }
  const best = tried.reduce((left, right) => (right.rate > left.rate ? right : left));
  heading('Baseline: pool size');
  table(
    ['connections to PostgreSQL', 'events/s', ''],
    tried.map((each) => [String(each.pool), each.rate, each === best ? 'taken' : '']),
  );
  return open(best.pool);
}

/** The same events, sent to the baseline. */
export function baselineTraffic(path: string, { visitors }: Settings): Traffic {
  return { ...trackTraffic(visitors), path };
}

/** @returns what ours and the baseline came to. */
export async function runW1(run: Run, baseline: Target): Promise<{ ours: Outcome; base: Outcome }> {
  const { settings, meter } = run;
  const contestants: Contestant[] = [
    { name: 'ours', target: run.ours, traffic: trackTraffic(settings.visitors) },
    { name: 'baseline', target: baseline, traffic: baselineTraffic('/events', settings) },
    { name: 'baseline, may double', target: baseline, traffic: baselineTraffic('/events-unchecked', settings) },
  ];
  await warmUp(run, contestants);
  const outcomes = await contest(meter, contestants, {
    rounds: settings.rounds,
    connections: CONNECTIONS,
    seconds: settings.seconds,
  });
  const [ours, base, unchecked] = outcomes as [Outcome, Outcome, Outcome];
  heading(`W1: one event per request, ${CONNECTIONS} connections, ${settings.rounds} rounds of ${settings.seconds} s`);
  costTable(outcomes, base);
  heading('W1: round by round, times as fast as the baseline · as the baseline that may double');
  table(
    ['round', 'baseline', 'may double'],
    ratios(ours, base).map((ratio, i) => [String(i + 1), ratio, ratios(ours, unchecked)[i] ?? Number.NaN]),
  );
  console.log(`  median  ${spread(ratios(ours, base))} · ${spread(ratios(ours, unchecked))}`);
  const { now, peak } = memoryOf(run.ours.child.pid);
  console.log(`  memory of our server: ${short(now)} MB, at most ${short(peak)} MB`);
  return { ours, base };
}

/** Other traffic than W1, each beside the baseline on W1. */
export async function runVariants(run: Run, baseline: Target): Promise<void> {
  const { settings, meter, ours } = run;
  const { visitors } = settings;
  const browser = { key: KEYS.publishable, who: 'anonymousId' } as const;
  const variant = (name: string, traffic: Traffic, items = 1): Contestant => ({ name, target: ours, traffic, items });
  const contestants: Contestant[] = [
    { name: 'baseline on W1', target: baseline, traffic: baselineTraffic('/events', settings) },
    variant('W1', trackTraffic(visitors)),
    variant('from browsers (User-Agent kept)', trackTraffic(visitors, browser)),
    variant('from browsers, with sessions', trackTraffic(visitors, { ...browser, sessions: true })),
    variant('with sessions', trackTraffic(visitors, { sessions: true })),
    variant('a new visitor every time', trackTraffic(0)),
    variant('batches of 100', trackTraffic(visitors, { perRequest: 100 }), 100),
  ];
  await warmUp(run, contestants);
  const outcomes = await contest(meter, contestants, {
    rounds: settings.variantRounds,
    connections: CONNECTIONS,
    seconds: settings.variantSeconds,
  });
  const [base] = outcomes as [Outcome];
  heading(`Other traffic: ${settings.variantRounds} rounds of ${settings.variantSeconds} s`);
  costTable(outcomes, base);
}

/** Fills caches, lets the compilers finish, then tidies up. */
export async function warmUp({ settings, meter }: Run, contestants: readonly Contestant[]): Promise<void> {
  const seconds = settings.warmUpSeconds;
  for (const { target, traffic } of seconds > 0 ? contestants : []) {
    await meter.measure(target, traffic, { connections: CONNECTIONS, seconds });
  }
  for (const database of new Set(contestants.map(({ target }) => target.database))) await database.settle();
}
