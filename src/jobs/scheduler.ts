/** Does recurring jobs when they are due, each in one process at a time. Knows nothing of what they do. */
import type { Clock } from '../clock.ts';
import type { IdMaker, Uuid } from '../ids.ts';
import type { Database } from '../infra/database.ts';
import { JOB_LEASE_MS, JOB_POLL_MS } from '../limits.ts';
import type { Log } from '../log.ts';
import { jobRuns, jobSeconds } from '../metrics.ts';
import { type Job, lastDue } from './job.ts';
import { type Claim, dropLease, renewLease, settleLease, takeLease } from './lease.ts';

/** Calls something again and again; handed in like the clock. */
export interface Timers {
  /** @returns what ends it. */
  every(ms: number, call: () => void): () => void;
}

/** The machine's own; they keep no process alive. */
export const systemTimers: Timers = {
  every(ms, call) {
    const timer = setInterval(call, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** What a scheduler is made of. */
export interface SchedulerParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdMaker;
  readonly log: Log;
  readonly timers?: Timers | undefined;
}

/** One per process. */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #timers: Timers;
  /** Another process, another holder. */
  readonly #holder: Uuid;
  readonly #stopping = new AbortController();
  #endPolling: () => void = () => undefined;
  #running: Promise<void> | null = null;

  constructor(
    parts: SchedulerParts,
    readonly jobs: readonly Job[],
  ) {
    this.#parts = parts;
    this.#timers = parts.timers ?? systemTimers;
    this.#holder = parts.ids.uuid();
  }

  /** Looks for due jobs from now on, the first time after one interval: a process that just began has better to do. */
  start(): void {
    this.#endPolling = this.#timers.every(JOB_POLL_MS, () => void this.runDue());
  }

  /** Does what is due, one job after another; resolves when that is done. A look while one runs is the same look. */
  runDue(): Promise<void> {
    this.#running ??= this.#runAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Tells what runs to stop after its step, and resolves when it has: before the database is closed. */
  async stop(): Promise<void> {
    this.#endPolling();
    this.#stopping.abort();
    await this.#running;
  }

  async #runAll(): Promise<void> {
    for (const job of this.jobs) {
      if (this.#stopping.signal.aborted) return;
      await this.#runOne(job).catch((thrown: unknown) => {
        jobRuns.inc({ job: job.name, outcome: 'failed' });
        this.#parts.log.error({ err: thrown, job: job.name }, 'a recurring job failed');
      });
    }
  }

  async #runOne(job: Job): Promise<void> {
    const { db, clock, log } = this.#parts;
    const due = lastDue(job.schedule, clock.now().getTime());
    const claim: Claim = { name: job.name, holder: this.#holder };
    if (!(await takeLease(db, claim, due))) return;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.#stopping.signal]);
    const endRenewing = this.#timers.every(JOB_LEASE_MS / 4, () => {
      // A lease that cannot be renewed may be another's by now.
      renewLease(db, claim).then(
        (renewed) => renewed || lost.abort(),
        () => lost.abort(),
      );
    });
    const endTimer = jobSeconds.startTimer({ job: job.name });
    try {
      const counts = await job.run(signal);
      if (signal.aborted) await dropLease(db, claim);
      else await settleLease(db, claim, due, counts);
      jobRuns.inc({ job: job.name, outcome: signal.aborted ? 'interrupted' : 'done' });
      log.info(
        { job: job.name, ...counts },
        signal.aborted ? 'a recurring job was interrupted' : 'a recurring job ran',
      );
    } catch (thrown) {
      // What failed is tried again at the next look. The first fault is the one to tell of.
      await dropLease(db, claim).catch(() => undefined);
      throw thrown;
    } finally {
      endRenewing();
      endTimer();
    }
  }
}
