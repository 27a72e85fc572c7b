/** A real PostgreSQL behind the `Database` interface: one pool for our statements and for Prisma. */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../prisma/generated/client/client.ts';
import type { Database, Sql, Transaction } from './database.ts';
import type { MigrationSession } from './migrate.ts';
import { compile, type Fragment } from './sql.ts';
import { inOneTransaction, repeatLostRaces } from './transaction.ts';
import { TurnSocket } from './turn-socket.ts';

const POOL_SIZE = 12;
/** No statement of ours runs this long; one that does must not hold its locks. */
const STATEMENT_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const INT8_OID = 20;

const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Opens a pool; connects on first use. `url` is `postgres://…`. */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // Statements that do not need each other's answers travel together: a flush is three round trips, not six.
    pipeline: true,
    stream: () => new TurnSocket(),
    types,
  });
  // A connection that breaks is replaced by the pool, and a statement under way on it fails by itself. Without a
  // listener the error would end the process: one for idle connections, one for those held between two statements.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const direct = statements(pool);
  return {
    kind: 'postgres',
    prisma,
    rows: (statement) => repeatLostRaces(() => direct.rows(statement)),
    run: (statement) => repeatLostRaces(() => direct.run(statement)),
    transaction: (work) => repeatLostRaces(() => inTransaction(pool, work)),
    ping: async () => void (await pool.query('SELECT 1')),
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

async function inTransaction<Result>(pool: pg.Pool, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  let committed: Promise<unknown> | undefined;
  const seal = () => {
    committed ??= client.query('COMMIT');
    // Heard below, unless a statement before it fails first.
    committed.catch(() => undefined);
  };
  try {
    const began = client.query('BEGIN');
    const [result] = await Promise.all([inOneTransaction(statements(client), seal, work), began]);
    seal();
    await committed;
    return result;
  } catch (thrown) {
    await client.query('ROLLBACK').catch((failed: Error) => {
      broken = failed;
    });
    throw thrown;
  } finally {
    client.release(broken);
  }
}

function statements(on: pg.Pool | pg.PoolClient): Sql {
  const query = (statement: Fragment) => {
    const { name, text, values, prepared } = compile(statement);
    return on.query(prepared ? { name, text, values } : { text, values });
  };
  return {
    rows: async <Row>(statement: Fragment) => (await query(statement)).rows as Row[],
    run: async (statement) => (await query(statement)).rowCount ?? 0,
  };
}

/** One connection outside the pool, for migrations: their locks belong to a session. */
export async function postgresSession(url: string): Promise<MigrationSession & { close(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  return {
    exec: (text) => client.query(text),
    query: async <Row>(text: string, values: unknown[]) => (await client.query(text, values)).rows as Row[],
    close: () => client.end(),
  };
}
