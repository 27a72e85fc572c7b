/** `doctor`: looks whether the database is there and complete. `doctor --scrub`: takes what was deleted out of its files. */
import type { Clock } from '../clock.ts';
import { errorText } from '../errors.ts';
import { bytesOf, DataDirInUse } from '../infra/data-dir.ts';
import type { Database } from '../infra/database.ts';
import { pendingMigrations } from '../infra/migrate.ts';
import { scrub } from '../infra/scrub.ts';
import { sql } from '../infra/sql.ts';
import { type Call, type Result, UsageError } from './command.ts';

/** What the doctor is given by the program. */
export interface DoctorTools {
  readonly clock: Clock;
  /** The configured database as it is: nothing made, nothing migrated. @throws {DataDirInUse} @throws {NoDatabase} */
  openAsItIs(): Promise<Database>;
  /** A line for somebody who watches; said to nobody when nobody does. */
  progress(text: string): void;
}

/** What our indexes need. */
const EXTENSIONS = ['btree_gin', 'pg_trgm'];

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** @throws {UsageError} @throws what opening says, when it cannot be scrubbed. */
export async function runDoctor(tools: DoctorTools, { words, options }: Call): Promise<Result> {
  if (words.length > 0) throw new UsageError(`The doctor does not know "${words.join(' ')}".`);
  return options.scrub ? runScrub(tools) : runChecks(tools);
}

async function runChecks(tools: DoctorTools): Promise<Result> {
  const checks = await check(tools).catch((thrown: unknown) => [unreachable(thrown)]);
  const isFailure = checks.some(({ ok }) => !ok);
  const lines = checks.map(({ name, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)}  ${detail}`);
  return { text: lines.join('\n'), json: { ok: !isFailure, checks }, isFailure };
}

function unreachable(thrown: unknown): Check {
  const detail =
    thrown instanceof DataDirInUse
      ? `${thrown.dir} is in use: a server is running on it, whose /readyz tells how it is.`
      : errorText(thrown);
  return { name: 'database', ok: false, detail };
}

async function check(tools: DoctorTools): Promise<Check[]> {
  return withDatabase(tools, async (db) => {
    const [server] = await db.rows<{ version: string; bytes: number }>(sql`/* doctor.server */
      SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes`);
    const place = db.dataDir === null ? 'on a server' : `embedded, in ${db.dataDir}`;
    const bytes = db.dataDir === null ? (server?.bytes ?? 0) : await bytesOf(db.dataDir);
    const pending = await pendingMigrations(db);
    const missing = await missingExtensions(db);
    return [
      { name: 'database', ok: true, detail: `PostgreSQL ${server?.version}, ${place}, ${megabytes(bytes)}` },
      {
        name: 'migrations',
        ok: pending.length === 0,
        detail: pending.length === 0 ? 'none pending' : `pending: ${pending.join(', ')}; "migrate" applies them`,
      },
      {
        name: 'extensions',
        ok: missing.length === 0,
        detail: missing.length === 0 ? EXTENSIONS.join(', ') : `missing: ${missing.join(', ')}`,
      },
    ];
  });
}

async function missingExtensions(db: Database): Promise<string[]> {
  const rows = await db.rows<{ name: string }>(sql`/* doctor.extensions */ SELECT extname AS name FROM pg_extension`);
  const there = new Set(rows.map(({ name }) => name));
  return EXTENSIONS.filter((name) => !there.has(name));
}

async function runScrub(tools: DoctorTools): Promise<Result> {
  return withDatabase(tools, async (db) => {
    const from = tools.clock.now().getTime();
    const done = await scrub(db, (step) => tools.progress(`${step.done + 1}/${step.total}  ${step.what}`));
    const ms = tools.clock.now().getTime() - from;
    const took = `${done.tables} tables, ${(ms / 1000).toFixed(1)} s: ${megabytes(done.bytesBefore)} before, ${megabytes(done.bytesAfter)} after.`;
    return { text: `${took}\n${WHAT_IT_MEANS[db.kind]}`, json: { kind: db.kind, ...done, ms } };
  }).catch((thrown: unknown) => {
    throw thrown instanceof DataDirInUse ? new ServerHasIt(thrown.dir) : thrown;
  });
}

const WHAT_IT_MEANS = {
  pglite: 'No file of the data directory holds what was deleted before. Copies and backups of it are not reached.',
  postgres:
    'Our tables were vacuumed and analysed. What was deleted stays in the log of the server, in unused room of its files and in backups until their own rotation ends; that is up to whoever runs it.',
};

/** The embedded database belongs to the server that runs on it. */
class ServerHasIt extends Error {
  constructor(dir: string) {
    super(
      `${dir} is in use: a server is running on it, and scrubs it every night by itself. To scrub it now, stop that server, run "doctor --scrub" again, and start it.`,
    );
  }
}

async function withDatabase<Found>(tools: DoctorTools, look: (db: Database) => Promise<Found>): Promise<Found> {
  const db = await tools.openAsItIs();
  try {
    return await look(db);
  } finally {
    await db.close();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
