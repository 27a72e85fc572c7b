/** The door to what is kept: PostgreSQL, or the embedded PGlite. Same statements, same rows, on both. */
import type { PrismaClient } from '../../prisma/generated/client/client.ts';
import type { Fragment } from './sql.ts';

/**
 * Runs statements: on a connection of its own each, or all inside one transaction. Several may be asked for at once
 * inside a transaction; they run in the order they were asked for, and the first that fails fails those behind it.
 */
export interface Sql {
  /** The rows a statement answers. Times are `Date`, 64-bit integers `number`, jsonb parsed. */
  rows<Row>(statement: Fragment): Promise<Row[]>;
  /** How many rows a statement touched. */
  run(statement: Fragment): Promise<number>;
}

/** The statements of a pipelined transaction. */
export interface Pipelined extends Sql {
  /**
   * Says that no statement follows those asked for so far: COMMIT travels right behind them, and the next pipelined
   * transaction right behind that. When one of them fails nothing is kept, so whatever could still be wrong must make
   * a statement fail.
   */
  seal(): void;
}

/** One database, opened and migrated. */
export interface Database extends Sql {
  readonly kind: 'pglite' | 'postgres';
  /** Where an embedded database keeps its files; null in memory, and on a server. */
  readonly dataDir: string | null;
  /** Ordinary reads and writes of what is small. Never inside `transaction`: PGlite has one connection. */
  readonly prisma: PrismaClient;
  /**
   * One transaction (read committed). A deadlock or serialization failure repeats `work` from the start, so `work`
   * must have no effect outside the database.
   *
   * @throws {Unavailable} when the database cannot be reached.
   */
  transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result>;
  /**
   * The same, on connections kept for a stream of transactions: a sealed one is not waited for before the next is sent,
   * so that the database is never idle between two. Nothing else ever waits in that row.
   */
  pipelined<Result>(work: (tx: Pipelined) => Promise<Result>): Promise<Result>;
  /** Upkeep that takes as long as it takes, outside a transaction: no time limit, no second try. */
  unhurried(statement: Fragment): Promise<void>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
