/** One slice of a run: load on one server for some seconds, and what it cost everybody. */
import type { Child } from './child.ts';
import type { LoadPlan, LoadResult } from './load.ts';
import { cpuOf, cpuOfPostgres } from './proc.ts';
import type { ScratchDatabase } from './scratch.ts';

/** A server under test. */
export interface Target {
  readonly name: string;
  readonly child: Child;
  readonly database: ScratchDatabase;
  /** True when it has our /metrics. */
  readonly flushes: boolean;
}

/** What is sent to it. */
export type Traffic = Omit<LoadPlan, 'port' | 'connections' | 'seconds'>;

/** How much of it. */
export interface Amount {
  readonly connections: number;
  readonly seconds: number;
}

/** What one slice came to. Processor time in microseconds per request, times in milliseconds. */
export interface Slice {
  /** Requests acknowledged per second. */
  readonly rate: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly serverCpu: number;
  readonly postgresCpu: number;
  readonly loadCpu: number;
  /** Items one commit carried, and how long it took; NaN where nothing is known of commits. */
  readonly flushItems: number;
  readonly flushMs: number;
}

/** A load generator that fails when a request was refused or a connection broke. */
export class Meter {
  /** Events acknowledged so far, by target name. */
  readonly acknowledged = new Map<string, number>();

  constructor(readonly load: (plan: LoadPlan) => Promise<LoadResult>) {}

  async measure(target: Target, traffic: Traffic, amount: Amount): Promise<Slice> {
    const before = await costs(target);
    const result = await this.load({ ...traffic, ...amount, port: target.child.port });
    const after = await costs(target);
    if (result.broken.length > 0 || Object.keys(result.refused).length > 0) {
      throw new Error(`${target.name} did not take everything: ${JSON.stringify(result)}`);
    }
    const count = result.acknowledged;
    const events = traffic.workload.kind === 'events' ? count * traffic.workload.perRequest : 0;
    this.acknowledged.set(target.name, (this.acknowledged.get(target.name) ?? 0) + events);
    const flushes = after.flushes - before.flushes;
    return {
      rate: count / result.seconds,
      p50: result.p50,
      p95: result.p95,
      p99: result.p99,
      serverCpu: (after.server - before.server) / count,
      postgresCpu: spent(before.postgres, after.postgres) / count,
      loadCpu: result.cpu / count,
      flushItems: (after.flushedItems - before.flushedItems) / flushes,
      flushMs: ((after.flushSeconds - before.flushSeconds) / flushes) * 1000,
    };
  }
}

async function costs({ child, database, flushes }: Target) {
  const metrics = flushes ? await readMetrics(child.port) : '';
  return {
    server: cpuOf(child.pid),
    postgres: cpuOfPostgres(await database.backends()),
    flushes: metric(metrics, 'support_ingest_flush_items_count'),
    flushedItems: metric(metrics, 'support_ingest_flush_items_sum'),
    flushSeconds: metric(metrics, 'support_ingest_flush_seconds_sum'),
  };
}

/** A connection that is new began with nothing; one that has ended meanwhile was idle. */
function spent(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  if (after.size === 0) return Number.NaN;
  let sum = 0;
  for (const [pid, cpu] of after) sum += cpu - (before.get(pid) ?? 0);
  return sum;
}

async function readMetrics(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(5000) });
  return response.text();
}

function metric(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}
