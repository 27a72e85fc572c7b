/**
 * The embedded database: PGlite, PostgreSQL in WebAssembly, in this process and on one connection. What it promises:
 * a killed process loses no acknowledged row; it never calls fsync, so a power cut may.
 */
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../../prisma/generated/client/client.ts';
import type { Database, Sql } from './database.ts';
import { compile, type Fragment } from './sql.ts';
import { inOneTransaction, repeatLostRaces } from './transaction.ts';

const INT8_OID = 20;

/**
 * A PGlite with the extensions our indexes need.
 *
 * @param dataDir where it keeps its files; absent: in memory. @param dump a data dir to start from (tests).
 */
export function createPglite(dataDir?: string, dump?: Blob): Promise<PGlite> {
  return PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
    extensions: { pg_trgm, btree_gin },
    parsers: { [INT8_OID]: Number },
  });
}

/** The `Database` on an open PGlite, which it closes. */
export function openPglite(pglite: PGlite): Database {
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
  const direct = statements(pglite);
  const transaction: Database['transaction'] = (work) =>
    repeatLostRaces(() => pglite.transaction((tx) => inOneTransaction(statements(tx), work)));
  return {
    kind: 'pglite',
    dataDir: pglite.dataDir ?? null,
    prisma,
    rows: direct.rows,
    run: direct.run,
    transaction,
    // One connection, in this process: there is no way to shorten.
    pipelined: (work) => transaction((tx) => work({ ...tx, seal: () => undefined })),
    unhurried: async (statement) => void (await direct.run(statement)),
    ping: async () => void (await pglite.query('SELECT 1')),
    close: async () => {
      await prisma.$disconnect();
      if (!pglite.closed) await pglite.close();
    },
  };
}

function statements(on: PGlite | Transaction): Sql {
  const query = (statement: Fragment) => {
    const { text, values } = compile(statement);
    return on.query(text, values);
  };
  return {
    rows: async <Row>(statement: Fragment) => (await query(statement)).rows as Row[],
    run: async (statement) => (await query(statement)).affectedRows ?? 0,
  };
}
