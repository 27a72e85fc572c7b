/** A real PostgreSQL behind the `Database` interface: one pool for our statements and for Prisma. */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../prisma/generated/client/client.ts';
import { errorText } from '../errors.ts';
import type { Database, Pipelined, Sql } from './database.ts';
import type { MigrationSession } from './migrate.ts';
import { compile, type Fragment } from './sql.ts';
import { inOneTransaction, repeatLostRaces } from './transaction.ts';
import { TurnSocket } from './turn-socket.ts';

const POOL_SIZE = 12;
/** One for what is sealed, one for what must ask first. */
const PIPELINED_POOL_SIZE = 2;
/** No statement of ours runs this long; one that does must not hold its locks. */
const STATEMENT_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const INT8_OID = 20;

const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Opens its pools; connects on first use. `url` is `postgres://…`. */
export function openPostgres(url: string): Database {
  const pool = openPool(url, { max: POOL_SIZE });
  // A sealed transaction is under way on a connection that looks idle, so none is ever closed for that.
  const row = openPool(url, { max: PIPELINED_POOL_SIZE, idleTimeoutMillis: 0 });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const direct = statements(pool);
  return {
    kind: 'postgres',
    dataDir: null,
    prisma,
    rows: (statement) => repeatLostRaces(() => direct.rows(statement)),
    run: (statement) => repeatLostRaces(() => direct.run(statement)),
    transaction: (work) => repeatLostRaces(() => inTransaction(pool, work)),
    pipelined: (work) => repeatLostRaces(() => inTransaction(row, work)),
    unhurried: (statement) => onItsOwn(url, statement),
    ping: async () => void (await pool.query('SELECT 1')),
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([pool, row].map((each) => each.ended || each.end()));
    },
  };
}

function openPool(url: string, size: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    ...size,
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // Statements that do not need each other's answers travel together: a flush is one round trip, not six.
    pipeline: true,
    stream: () => new TurnSocket(),
    types,
  });
  // A connection that breaks is replaced by the pool, and a statement under way on it fails by itself. Without a
  // listener the error would end the process: one for idle connections, one for those held between two statements.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** A sealed transaction gives its connection back at once: what comes next is sent right behind it. */
async function inTransaction<Result>(pool: pg.Pool, work: (tx: Pipelined) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let sealed: Promise<void> | undefined;
  const seal = () => {
    if (sealed) return;
    sealed = commit(client);
    // Heard below, unless a statement before it is heard first.
    sealed.catch(() => undefined);
    client.release();
  };
  try {
    const began = client.query('BEGIN');
    const on = statements(client);
    const [result] = await Promise.all([inOneTransaction(on, (tx) => work({ ...tx, seal })), began]);
    await (sealed ?? commit(client));
    if (!sealed) client.release();
    return result;
  } catch (thrown) {
    if (!sealed) client.release(await rollBack(client));
    throw thrown;
  }
}

/** @throws {Error} when the server has rolled back instead, because a statement failed that nobody listened to. */
async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back.');
}

/** @returns why the connection is of no more use, when it is not. */
async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(errorText(thrown));
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

/** The pool's connections end what takes too long, and one of them would be missing for all that time. */
async function onItsOwn(url: string, statement: Fragment): Promise<void> {
  const session = await postgresSession(url);
  try {
    const { text, values } = compile(statement);
    await session.query(text, values);
  } finally {
    await session.close();
  }
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
