/** Where the time of a commit goes, and what the derived state – counts, seen times, profiles – costs. */
import { startScript } from './child.ts';
import { type Contestant, contest, type Outcome } from './contest.ts';
import { costTable } from './cost-table.ts';
import type { Target } from './measure.ts';
import { seed, trackTraffic } from './ours.ts';
import { type CleanUp, ScratchDatabase } from './scratch.ts';
import { heading, table } from './table.ts';
import { CONNECTIONS, type Run, warmUp } from './w1.ts';
import type { Depth, Timings } from './watched.ts';

const WHOLE = 'whole transaction';

/** W1 on two servers over one database: one writes everything, the other only what nothing can be derived from. */
export async function runDerived(run: Run): Promise<void> {
  const { server, settings, cleanUp, meter } = run;
  const database = await ScratchDatabase.create(server, 'derived', cleanUp);
  // The first one makes the tables.
  const full = await openWatched(database, 'everything', cleanUp);
  const targets = [full, await openWatched(database, 'insert only', cleanUp)];
  await seed(full.child, settings.visitors);
  const traffic = trackTraffic(settings.visitors);
  const contestants: Contestant[] = targets.map((target) => ({ name: target.name, target, traffic }));
  await warmUp(run, contestants);
  for (const { child } of targets) await child.ask('take');
  const statistics = await ServerStatistics.open(database);
  const outcomes = await contest(meter, contestants, {
    rounds: settings.variantRounds,
    connections: CONNECTIONS,
    seconds: settings.variantSeconds,
  });
  heading('What the derived state costs: W1 without it');
  costTable(outcomes, outcomes[0] as Outcome);
  flushTable(await full.child.ask<Timings>('take'), await statistics.read());
}

async function openWatched(database: ScratchDatabase, depth: Depth, cleanUp: CleanUp): Promise<Target> {
  const child = await startScript('watched-server.ts', [database.url, depth], cleanUp);
  return { name: depth, child, database, flushes: true };
}

/** Statement by statement: a commit carries all of them, so shares are of its whole time. */
function flushTable(timings: Timings, inPostgres: ReadonlyMap<string, number>): void {
  const whole = timings[WHOLE] ?? { calls: 0, ms: 0 };
  const named = Object.entries(timings).filter(([name]) => name !== WHOLE);
  const between = whole.ms - named.reduce((sum, [, { ms }]) => sum + ms, 0);
  const rows = [...named, ['between them, in the process', { calls: whole.calls, ms: between }] as const];
  rows.sort(([, left], [, right]) => right.ms - left.ms);
  heading('Where a commit spends its time, as the process sees it');
  table(
    ['statement', 'calls/commit', 'ms/commit', '% of commit', 'ms in PostgreSQL'],
    [...rows, [WHOLE, whole] as const].map(([name, { calls, ms }]) => {
      const perCommit = calls / whole.calls;
      const server = (inPostgres.get(name) ?? Number.NaN) * perCommit;
      return [name, perCommit, ms / whole.calls, (ms / whole.ms) * 100, server];
    }),
  );
}

/** Mean execution times of statements by name, where the server collects them (pg_stat_statements). */
class ServerStatistics {
  private constructor(
    readonly database: ScratchDatabase,
    readonly areThere: boolean,
  ) {}

  static async open(database: ScratchDatabase): Promise<ServerStatistics> {
    try {
      await database.client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
      await database.client.query('SELECT pg_stat_statements_reset()');
      return new ServerStatistics(database, true);
    } catch {
      return new ServerStatistics(database, false);
    }
  }

  /** Milliseconds per call; empty where nobody collects. */
  async read(): Promise<ReadonlyMap<string, number>> {
    if (!this.areThere) return new Map();
    const { rows } = await this.database.client.query<{ name: string; ms: number }>(
      String.raw`SELECT coalesce(substring(query FROM '/\* ([\w.]+) \*/'), query) AS name, mean_exec_time AS ms
        FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid WHERE d.datname = current_database()`,
    );
    return new Map(rows.map(({ name, ms }) => [name, ms]));
  }
}
