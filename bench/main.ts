/**
 * `npm run bench`: everything that is measured, in one run, as tables. `-- --smoke` takes seconds and shows only that it
 * all works. Databases of its own on BENCH_DATABASE_URL; nothing is left behind.
 */
import { cpus } from 'node:os';
import { startLoad } from './child.ts';
import { runDerived } from './derived.ts';
import { runGraphQL } from './graphql.ts';
import { runLarge } from './large.ts';
import { Meter, type Target } from './measure.ts';
import { checkOurs, openOurs } from './ours.ts';
import { runReads } from './read.ts';
import { CleanUp, databaseServer } from './scratch.ts';
import { FULL, SMOKE } from './settings.ts';
import { heading } from './table.ts';
import { openBaseline, type Run, runVariants, runW1 } from './w1.ts';

const settings = process.argv.includes('--smoke') ? SMOKE : FULL;
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const cleanUp = new CleanUp();
let isGivenUp = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => giveUp(`stopped by ${signal}`));
setTimeout(() => giveUp(`not done after ${settings.patience} s`), settings.patience * 1000).unref();
try {
  await bench();
} catch (thrown) {
  // When the processes were stopped under it, what it stumbled over says nothing.
  if (!isGivenUp) console.error('bench:', thrown);
  process.exitCode = 1;
} finally {
  await cleanUp.run();
}

async function bench(): Promise<void> {
  const server = databaseServer(process.env);
  const [load, ours] = await Promise.all([startLoad(cleanUp), openOurs(server, settings.visitors, cleanUp)]);
  const meter = new Meter(load);
  const run: Run = { server, settings, cleanUp, meter, ours };
  const { rows } = await ours.database.client.query<{ server_version: string }>('SHOW server_version');
  heading(
    `${new Date().toISOString().slice(0, 10)} · Node ${process.versions.node} · PostgreSQL ${rows[0]?.server_version} · ${cpus().length} × ${cpus()[0]?.model}`,
  );
  const baseline = await openBaseline(run);
  if (wants('w1')) await runW1(run, baseline);
  if (wants('variants')) await runVariants(run, baseline);
  if (wants('derived')) await runDerived(run);
  if (wants('reads')) await runReads(run);
  if (wants('graphql')) await runGraphQL(run);
  await checkEverything(meter, ours, baseline);
  // Behind the count of what was acknowledged: it stores more, and deletes it.
  if (wants('large')) await runLarge(run);
}

function wants(part: string): boolean {
  return only === undefined || only === part;
}

/** What was acknowledged is there. */
async function checkEverything(meter: Meter, ours: Target, baseline: Target): Promise<void> {
  const acknowledged = meter.acknowledged.get(ours.name) ?? 0;
  await checkOurs(ours, acknowledged);
  const taken = meter.acknowledged.get(baseline.name) ?? 0;
  const stored = await baseline.database.number(
    'SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM event_unchecked)',
  );
  if (stored !== taken) throw new Error(`The baseline acknowledged ${taken} events and stored ${stored}.`);
  heading(`Nothing lost: ${acknowledged} events acknowledged by us, all stored and counted; ${taken} by the baseline.`);
}

function giveUp(why: string): void {
  isGivenUp = true;
  console.error(`bench: ${why}`);
  void cleanUp.run().finally(() => process.exit(1));
}
