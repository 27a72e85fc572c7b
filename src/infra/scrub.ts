/**
 * Takes what was deleted out of the files of the embedded database. A deleted row lives on in the pages and indexes it
 * stood in, in what the planner remembers of its columns, in the log, and in what a killed process left behind.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { bytesOf } from './data-dir.ts';
import type { Database, Sql } from './database.ts';
import { removeLeftovers } from './leftovers.ts';
import { sql, table } from './sql.ts';

/** How far a scrub is. */
export interface ScrubStep {
  /** What begins now: a table, or a word. */
  readonly what: string;
  /** Steps before it. */
  readonly done: number;
  readonly total: number;
}

/** What a scrub did. */
export interface Scrubbed {
  /** Of all files of the data directory; on a server, of the database as it counts itself. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly tables: number;
  /** Files removed that a killed process had left behind. */
  readonly leftovers: number;
}

/** Between two steps whoever else waits for the process or the database has a turn. */
const PAUSE_MS = 10;

/**
 * Afterwards no file of an embedded data directory holds a row that was deleted before the call. Everything else may go
 * on meanwhile: each step holds the database by itself, and none leaves anything half done when the process is killed.
 *
 * On a server it is cleaned and analysed only: the rest of its files is the server's own business.
 *
 * @param onStep called before each step.
 */
export async function scrub(db: Database, onStep: (step: ScrubStep) => void = () => undefined): Promise<Scrubbed> {
  const bytesBefore = await sizeOf(db);
  const tables = await ourTables(db);
  let leftovers = 0;
  const steps: [what: string, run: () => Promise<unknown>][] = tables.map((name) => [name, () => rewrite(db, name)]);
  if (db.kind === 'pglite') {
    steps.push(['statistics', () => forgetStatistics(db)]);
    steps.push(['log', async () => (leftovers = await leaveLog(db))]);
  }
  for (const [done, [what, run]] of steps.entries()) {
    onStep({ what, done, total: steps.length });
    await run();
    await wait(PAUSE_MS);
  }
  return { bytesBefore, bytesAfter: await sizeOf(db), tables: tables.length, leftovers };
}

/** The tables of this database in the order of their names, those that migrations are to bring included. */
async function ourTables(db: Sql): Promise<string[]> {
  const rows = await db.rows<{ name: string }>(sql`/* scrub.tables */
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname`);
  return rows.map(({ name }) => name);
}

/** A full vacuum writes the rows that are alive into new files, long values and indexes too, and drops the old ones. */
function rewrite(db: Database, name: string): Promise<void> {
  if (db.kind === 'postgres') return db.unhurried(sql`/* scrub.vacuum */ VACUUM (ANALYZE) ${table(name)}`);
  return db.unhurried(sql`/* scrub.rewrite */ VACUUM (FULL) ${table(name)}`);
}

/**
 * The commonest values of each column are kept in a table of their own. An analysis does not touch what is known of a
 * table that became empty, so all of it is deleted first, in the same commit.
 */
async function forgetStatistics(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.run(sql`/* scrub.forget_statistics */ DELETE FROM pg_statistic`);
    await tx.run(sql`/* scrub.analyze */ ANALYZE`);
  });
  await db.unhurried(sql`/* scrub.rewrite_statistics */ VACUUM (FULL) pg_catalog.pg_statistic`);
  // Files written anew do not say yet which of their pages an index may be trusted on.
  await db.unhurried(sql`/* scrub.vacuum_all */ VACUUM`);
}

/**
 * Goes on in a part of the log that did not exist before, and removes all earlier ones. Parts that were kept for later
 * use still hold what was in them, so the log has to go past those too, and none may be kept this time.
 *
 * @returns how many leftovers were removed.
 */
function leaveLog(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.run(sql`/* scrub.keep_no_log */ SET LOCAL wal_recycle = off`);
    const [log] = await tx.rows<{ last: string }>(sql`/* scrub.log */
      SELECT max(name COLLATE "C") AS last FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'`);
    while (!(await isPast(tx, log?.last ?? ''))) await tx.rows(sql`/* scrub.next_log */ SELECT pg_switch_wal()`);
    await tx.run(sql`/* scrub.checkpoint */ CHECKPOINT`);
    return db.dataDir === null ? 0 : removeLeftovers(tx, db.dataDir);
  });
}

/** Writes a word into the log: a part nothing was written to is not left. */
async function isPast(tx: Sql, last: string): Promise<boolean> {
  const [written] = await tx.rows<{ isPast: boolean }>(sql`/* scrub.mark_log */
    SELECT pg_walfile_name(pg_logical_emit_message(false, 'scrub', '')) COLLATE "C" > ${last} AS "isPast"`);
  return written?.isPast ?? false;
}

async function sizeOf(db: Database): Promise<number> {
  if (db.dataDir !== null) return bytesOf(db.dataDir);
  const [row] = await db.rows<{ bytes: number }>(sql`/* scrub.size */
    SELECT pg_database_size(current_database()) AS bytes`);
  return row?.bytes ?? 0;
}
