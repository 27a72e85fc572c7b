/**
 * Which process does a recurring job: a row with a holder and an end, by the database's clock, so that clocks of
 * processes that differ cannot make two of them work at once.
 */
import type { Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { JOB_LEASE_MS } from '../limits.ts';
import type { Counts } from './job.ts';

/** A job and who wants to do it. */
export interface Claim {
  readonly name: string;
  readonly holder: Uuid;
}

/**
 * Takes the lease, unless somebody holds it or the job was done since it came due.
 *
 * @param due milliseconds since 1970.
 */
export async function takeLease(db: Sql, { name, holder }: Claim, due: number): Promise<boolean> {
  const taken = await db.run(sql`/* job_lease.take */
    INSERT INTO job_lease AS l (name, holder, until)
    VALUES (${name}, ${holder}::uuid, clock_timestamp() + ${JOB_LEASE_MS}::int * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE l.until <= clock_timestamp()
      AND (l.last_run_at IS NULL OR l.last_run_at < ${new Date(due).toISOString()}::timestamptz)`);
  return taken === 1;
}

/** Moves the end on. @returns false when somebody else holds it by now. */
export async function renewLease(db: Sql, { name, holder }: Claim): Promise<boolean> {
  const renewed = await db.run(sql`/* job_lease.renew */
    UPDATE job_lease SET until = clock_timestamp() + ${JOB_LEASE_MS}::int * interval '1 millisecond'
    WHERE name = ${name} AND holder = ${holder}::uuid AND until > clock_timestamp()`);
  return renewed === 1;
}

/** Gives the lease back with what was done, so that nobody does it again before it is due. */
export async function settleLease(db: Sql, { name, holder }: Claim, due: number, counts: Counts): Promise<void> {
  await db.run(sql`/* job_lease.settle */
    UPDATE job_lease SET until = clock_timestamp(), last_run_at = ${new Date(due).toISOString()}::timestamptz,
      last_result = ${JSON.stringify(counts)}::jsonb
    WHERE name = ${name} AND holder = ${holder}::uuid`);
}

/** Gives the lease back with the work undone: whoever looks next goes on. */
export async function dropLease(db: Sql, { name, holder }: Claim): Promise<void> {
  await db.run(sql`/* job_lease.drop */
    UPDATE job_lease SET until = clock_timestamp() WHERE name = ${name} AND holder = ${holder}::uuid`);
}
