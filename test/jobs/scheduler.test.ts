/** Recurring jobs: when they are due, that one process does each, and that a dead one's work is taken over. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemIds } from '../../src/ids.ts';
import { sql } from '../../src/infra/sql.ts';
import { type Job, lastDue, type Schedule } from '../../src/jobs/job.ts';
import { dropLease, renewLease, settleLease, takeLease } from '../../src/jobs/lease.ts';
import { Scheduler, type Timers } from '../../src/jobs/scheduler.ts';
import { JOB_LEASE_MS, JOB_POLL_MS } from '../../src/limits.ts';
import { createLog } from '../../src/log.ts';
import { createWorld, TestClock, type World } from '../support/world.ts';

/** Timers that go off when a test says so. */
class TestTimers implements Timers {
  readonly #calls = new Set<{ readonly ms: number; readonly call: () => void }>();

  every(ms: number, call: () => void): () => void {
    const timer = { ms, call };
    this.#calls.add(timer);
    return () => void this.#calls.delete(timer);
  }

  /** Lets every timer of this interval go off once. @returns how many there were. */
  fire(ms: number): number {
    const due = [...this.#calls].filter((timer) => timer.ms === ms);
    for (const { call } of due) call();
    return due.length;
  }
}

/** A promise, and what fulfils it. */
function promised<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

describe('a job comes due', () => {
  it.each<[string, Schedule, string, string]>([
    ['at its hour', { dailyAt: 3 }, '2026-01-15T03:00:00.000Z', '2026-01-15T03:00:00.000Z'],
    ['not a millisecond before it', { dailyAt: 3 }, '2026-01-15T02:59:59.999Z', '2026-01-14T03:00:00.000Z'],
    ['every so many minutes', { everyMinutes: 5 }, '2026-01-15T10:05:00.000Z', '2026-01-15T10:05:00.000Z'],
    ['and not between', { everyMinutes: 5 }, '2026-01-15T10:09:59.999Z', '2026-01-15T10:05:00.000Z'],
  ])('%s', (_when, schedule, now, due) => {
    expect(new Date(lastDue(schedule, Date.parse(now))).toISOString()).toBe(due);
  });
});

describe('recurring jobs', () => {
  let world: World;
  let name: string;
  beforeAll(async () => {
    world = await createWorld(new TestClock());
  });
  afterAll(() => world.close());

  function processOf(run: Job['run'], { clock = world.clock, timers = new TestTimers(), ids = systemIds } = {}) {
    const jobs: Job[] = [{ name, schedule: { dailyAt: 3 }, run }];
    const logged: string[] = [];
    const log = createLog('info', { write: (line) => void logged.push(line) });
    return { scheduler: new Scheduler({ db: world.db, clock, ids, log, timers }, jobs), timers, logged };
  }

  /** What the dead cannot do: the database's clock cannot be set, so the end is. */
  const expire = () =>
    world.db.run(sql`/* test.expire_lease */
      UPDATE job_lease SET until = clock_timestamp() - interval '1 millisecond' WHERE name = ${name}`);

  it('run once a night, whichever process looks, and say what they did', async () => {
    name = 'once a night';
    const clock = new TestClock('2026-01-15T10:00:00.000Z');
    let runs = 0;
    const run = async () => ({ done: ++runs });
    const [one, other] = [processOf(run, { clock }), processOf(run, { clock })];
    await one.scheduler.runDue();
    await other.scheduler.runDue();
    expect(runs).toBe(1);
    expect(one.logged.map((line) => JSON.parse(line))).toMatchObject([{ job: name, done: 1 }]);
    clock.set('2026-01-16T02:59:59.999Z');
    await other.scheduler.runDue();
    expect(runs).toBe(1);
    clock.set('2026-01-16T03:00:00.000Z');
    await other.scheduler.runDue();
    await one.scheduler.runDue();
    expect(runs).toBe(2);
  });

  it('are never run by two processes at once', async () => {
    name = 'never at once';
    const finish = promised<void>();
    const started = promised<void>();
    const clock = new TestClock('2026-01-15T10:00:00.000Z');
    const one = processOf(
      async () => {
        started.resolve();
        await finish.promise;
        return {};
      },
      { clock },
    );
    const running = one.scheduler.runDue();
    await started.promise;
    let runs = 0;
    const tomorrow = new TestClock('2026-01-16T10:00:00.000Z');
    const other = processOf(async () => ({ runs: ++runs }), { clock: tomorrow });
    await other.scheduler.runDue();
    expect(runs).toBe(0);
    finish.resolve();
    await running;
    await other.scheduler.runDue();
    expect(runs).toBe(1);
  });

  it('are taken over when the lease of a process that was killed ends', async () => {
    name = 'taken over';
    const dead = { name, holder: systemIds.uuid() };
    expect(await takeLease(world.db, dead, 0)).toBe(true);
    let runs = 0;
    const { scheduler } = processOf(async () => ({ runs: ++runs }));
    await scheduler.runDue();
    expect(runs).toBe(0);
    await expire();
    await scheduler.runDue();
    expect(runs).toBe(1);
  });

  it('keep their lease while they run, and stop when it was lost all the same', async () => {
    name = 'lost';
    const started = promised<AbortSignal>();
    const one = processOf(async (signal) => {
      started.resolve(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return {};
    });
    const running = one.scheduler.runDue();
    const signal = await started.promise;
    await expire();
    expect(await takeLease(world.db, { name, holder: systemIds.uuid() }, world.clock.now().getTime())).toBe(true);
    expect(one.timers.fire(JOB_LEASE_MS / 4)).toBe(1);
    await running;
    expect(signal.aborted).toBe(true);
    const [row] = await world.db.rows<{ held: boolean }>(sql`/* test.lease */
      SELECT until > clock_timestamp() AS held FROM job_lease WHERE name = ${name}`);
    expect(row?.held).toBe(true);
  });

  it('renew a lease only while it is theirs', async () => {
    name = 'renewed';
    const [mine, another] = [systemIds.uuid(), systemIds.uuid()].map((holder) => ({ name, holder }));
    if (!mine || !another) throw new Error('two holders');
    expect(await takeLease(world.db, mine, 0)).toBe(true);
    expect(await renewLease(world.db, mine)).toBe(true);
    expect(await renewLease(world.db, another)).toBe(false);
    await expire();
    expect(await renewLease(world.db, mine)).toBe(false);
    await dropLease(world.db, mine);
    expect(await takeLease(world.db, another, 0)).toBe(true);
    await settleLease(world.db, another, 0, { rows: 3 });
    expect(await takeLease(world.db, mine, 0)).toBe(false);
    expect(await takeLease(world.db, mine, 1)).toBe(true);
  });

  it('are tried again when they failed, and the others run all the same', async () => {
    name = 'failing';
    let tries = 0;
    const run = async () => {
      if (++tries === 1) throw new Error('not this time');
      return {};
    };
    const { scheduler, logged } = processOf(run);
    await scheduler.runDue();
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ level: 50, job: name }]);
    await scheduler.runDue();
    expect(tries).toBe(2);
  });

  it('are looked for at every interval until the process stops, which waits for what runs', async () => {
    name = 'stopping';
    const started = promised<void>();
    const { scheduler, timers } = processOf(async (signal) => {
      started.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { half: 1 };
    });
    scheduler.start();
    expect(timers.fire(JOB_POLL_MS)).toBe(1);
    await started.promise;
    await scheduler.stop();
    expect(timers.fire(JOB_POLL_MS)).toBe(0);
    // Interrupted is not done: the next process goes on at once.
    let runs = 0;
    await processOf(async () => ({ runs: ++runs })).scheduler.runDue();
    expect(runs).toBe(1);
  });
});
