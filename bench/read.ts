/** Reading: one profile, a page of the list, a search – ours against SQL written by hand, on the same rows. */
import { startScript } from './child.ts';
import { type Contestant, contest, type Outcome } from './contest.ts';
import { costTable } from './cost-table.ts';
import type { Target } from './measure.ts';
import { KEYS, readTraffic } from './ours.ts';
import { heading } from './table.ts';
import { type Run, warmUp } from './w1.ts';
import { visitorName } from './workload.ts';

const CONNECTIONS = 16;
/** Different ones asked for. */
const READS = 1000;

/** Three kinds of reads. */
export async function runReads(run: Run): Promise<void> {
  const { settings, meter, cleanUp } = run;
  const { database } = run.ours;
  const child = await startScript('read-baseline.ts', [database.url, KEYS.secret], cleanUp);
  const byHand: Target = { name: 'reads by hand', child, database, flushes: false };
  for (const [what, paths] of kinds(settings.visitors)) {
    const traffic = readTraffic(paths);
    const contestants: Contestant[] = [
      { name: 'by hand', target: byHand, traffic },
      { name: 'ours', target: { ...run.ours, name: 'our reads' }, traffic },
    ];
    await warmUp(run, contestants);
    const outcomes = await contest(meter, contestants, {
      rounds: settings.variantRounds,
      connections: CONNECTIONS,
      seconds: settings.variantSeconds / 2,
    });
    heading(`Reading ${what}: ${CONNECTIONS} connections`);
    costTable(outcomes, outcomes[0] as Outcome);
  }
}

function kinds(visitors: number): [string, string[]][] {
  const numbers = Array.from({ length: READS }, (_, i) => i % visitors);
  return [
    ['a profile', numbers.map((i) => `/visitors/user:${visitorName(i)}`)],
    ['the first page of the list', ['/visitors']],
    ['a search for part of an address', numbers.map((i) => `/visitors?search=${visitorName(i).slice(-6)}@ex`)],
  ];
}
