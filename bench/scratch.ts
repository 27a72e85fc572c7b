/** Databases of the run's own, and everything else that has to be gone when it ends, however it ends. */
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import pg from 'pg';

/** Undoes things in reverse order: at the end, after a failure, and when the run is interrupted. */
export class CleanUp {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | undefined;

  /** What comes after the end is undone at once. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
    if (this.#running) void this.#all();
  }

  /** Safe to call again; a step that fails is told and does not stop the others. */
  run(): Promise<void> {
    this.#running ??= this.#all();
    return this.#running;
  }

  async #all(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      await step().catch((thrown: unknown) => console.error('bench: could not clean up:', thrown));
    }
  }
}

/** A database that exists as long as the run. */
export class ScratchDatabase {
  private constructor(
    readonly url: string,
    readonly client: pg.Client,
  ) {}

  /** @param server a URL of a database on the server; its role may create databases. @param purpose for its name. */
  static async create(server: string, purpose: string, cleanUp: CleanUp): Promise<ScratchDatabase> {
    const name = `vu_bench_${purpose}_${randomBytes(4).toString('hex')}`;
    await on(server, `CREATE DATABASE ${name}`);
    cleanUp.add(() => on(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    const url = new URL(server);
    url.pathname = `/${name}`;
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => {});
    await client.connect();
    cleanUp.add(() => client.end());
    return new ScratchDatabase(url.href, client);
  }

  /** So that every slice runs on plans made for the rows there are. */
  async settle(): Promise<void> {
    await this.client.query('VACUUM ANALYZE');
  }

  /** The single number a query answers. */
  async number(query: string): Promise<number> {
    const { rows } = await this.client.query<{ n: string }>(`SELECT (${query}) AS n`);
    return Number(rows[0]?.n);
  }

  /** Operating-system ids of the server's processes that work for this database, without our own. */
  async backends(): Promise<number[]> {
    const { rows } = await this.client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    return rows.map((row) => row.pid);
  }
}

/** The server to run on: BENCH_DATABASE_URL, else the one on this machine as whoever calls. */
export function databaseServer(variables: NodeJS.ProcessEnv): string {
  const url = new URL(variables.BENCH_DATABASE_URL || 'postgres://127.0.0.1:5432/postgres');
  url.username ||= encodeURIComponent(userInfo().username);
  return url.href;
}

async function on(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
