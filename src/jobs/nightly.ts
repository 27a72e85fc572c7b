/** The recurring work of a server, job by job. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RetentionCounts } from '../contract/retention.ts';
import type { Sql } from '../infra/database.ts';
import { scrub } from '../infra/scrub.ts';
import { sql } from '../infra/sql.ts';
import { NIGHTLY_HOUR, RESUME_MINUTES, SCRUB_HOUR } from '../limits.ts';
import type { Erasures } from '../services/erasure-run.ts';
import { type EraseUnseen, enforceRetention } from '../services/retention-run.ts';
import { dropAnswers, dropMessageIds, endExportLinks } from '../services/sweep.ts';
import type { WorkSource } from '../services/work.ts';
import { listWorkspaces } from '../services/workspace.ts';
import type { Job } from './job.ts';

/** Waits by the machine's clock. */
async function pause(ms: number): Promise<void> {
  await wait(ms);
}

/** Deletes what workspaces no longer keep. @param erase absent: visitors who were not seen stay. */
export function retentionJob(source: WorkSource, erase?: EraseUnseen): Job {
  return {
    name: 'retention',
    schedule: { dailyAt: NIGHTLY_HOUR },
    async run(signal) {
      const totals = { events: 0, pageViews: 0, sessions: 0, conversations: 0, visitors: 0 };
      for (const { id } of await listWorkspaces(source.db)) {
        if (signal.aborted) break;
        add(totals, await enforceRetention(source, { workspaceId: id, signal, erase, pause }));
      }
      return totals;
    },
  };
}

/** Finishes deletions whose process is no more. */
export function erasureJob(erasures: Erasures): Job {
  return {
    name: 'erasures',
    schedule: { everyMinutes: RESUME_MINUTES },
    run: async () => ({ resumed: await erasures.resume() }),
  };
}

/** Drops what nobody will ask for again. */
export function sweepJob(source: WorkSource): Job {
  return {
    name: 'sweep',
    schedule: { dailyAt: NIGHTLY_HOUR },
    async run(signal) {
      const totals = { messageIds: 0, answers: 0, exportLinks: 0 };
      for (const { id } of await listWorkspaces(source.db)) {
        if (signal.aborted) break;
        totals.messageIds += await dropMessageIds(source, id, signal);
        totals.answers += await dropAnswers(source, id);
        totals.exportLinks += await endExportLinks(source, id);
      }
      return totals;
    },
  };
}

/** Takes what was deleted out of the files of an embedded database, when anything was since it was last done. */
export function scrubJob({ db }: Pick<WorkSource, 'db'>): Job {
  return {
    name: 'scrub',
    schedule: { dailyAt: SCRUB_HOUR },
    async run() {
      if (db.kind !== 'pglite' || !(await wasThinnedOut(db))) return { tables: 0, bytesBefore: 0, bytesAfter: 0 };
      const { tables, bytesBefore, bytesAfter } = await scrub(db);
      return { tables, bytesBefore, bytesAfter };
    },
  };
}

/** Whether somebody was deleted or anonymized, or data went by its age, since the last scrub. */
async function wasThinnedOut(db: Sql): Promise<boolean> {
  const [row] = await db.rows<{ was: boolean }>(sql`/* scrub.is_due */
    WITH last AS (SELECT coalesce(max(last_run_at), '-infinity') AS at FROM job_lease WHERE name = 'scrub')
    SELECT EXISTS (SELECT FROM erasure e, last WHERE e.deleted_at >= last.at)
      OR EXISTS (SELECT FROM record r, last WHERE r.anonymized_at >= last.at)
      OR EXISTS (
        SELECT FROM job_lease j, last, jsonb_each_text(j.last_result) AS counted
        WHERE j.name = 'retention' AND j.last_run_at >= last.at AND counted.value::bigint > 0
      ) AS was`);
  return row?.was ?? false;
}

function add(totals: Record<keyof RetentionCounts, number>, counts: RetentionCounts): void {
  for (const kind of Object.keys(totals) as (keyof RetentionCounts)[]) totals[kind] += counts[kind];
}
