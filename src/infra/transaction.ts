/** What both databases agree on about failures: which are worth a second try, and which are the data's own fault. */
import { setTimeout as wait } from 'node:timers/promises';
import { Unavailable } from '../errors.ts';
import { MAX_TRANSACTION_TRIES } from '../limits.ts';
import type { Sql } from './database.ts';
import type { Fragment } from './sql.ts';

const DEADLOCK = '40P01';
const SERIALIZATION_FAILURE = '40001';
const UNIQUE_VIOLATION = '23505';
const SQLSTATE = /^[0-9A-Z]{5}$/;
/**
 * SQLSTATE classes and system errors of a server that is not there or not able right now: connection (08), resources
 * (53), operator's intervention and timeouts (57), locks (55P03), a standby taking over (25006), its system (58).
 */
const PASSING = /^(08|53|57|58|55P03|25006)|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND|AI_AGAIN)$/;
/** What the driver says of a connection it has lost, without a code. */
const LOST_CLIENT = /Connection terminated|is not queryable|timeout exceeded when trying to connect/;

/** SQLSTATE or system error code of a thrown thing, or ''. */
export function errorCode(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : '';
  return typeof code === 'string' ? code : '';
}

/** True when a row is there already under the key of this name. */
export function isTaken(thrown: unknown, constraint: string): boolean {
  if (errorCode(thrown) !== UNIQUE_VIOLATION) return false;
  return typeof thrown === 'object' && thrown !== null && 'constraint' in thrown && thrown.constraint === constraint;
}

/** True when the same transaction may succeed if it is repeated from the start. */
function lostRace(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}

/** True when the same statement may succeed later: the database is away, stopping, overloaded or changing places. */
export function isPassing(thrown: unknown): boolean {
  if (PASSING.test(errorCode(thrown))) return true;
  return thrown instanceof Error && LOST_CLIENT.test(thrown.message);
}

/**
 * True when the values themselves cannot be stored (cardinality, data, constraint, limit), or our own code failed on
 * them: it would be the same again.
 */
export function isLasting(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return /^(21|22|23|54)/.test(code) || !SQLSTATE.test(code);
}

/**
 * Repeats `attempt` after a deadlock or serialization failure, a little later and less regularly each time.
 *
 * @throws {Unavailable} when the fault passes by itself; otherwise what the last attempt threw.
 */
export async function repeatLostRaces<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (isPassing(thrown)) throw new Unavailable('The database is not able to answer right now.', { cause: thrown });
      if (!lostRace(thrown) || tries >= MAX_TRANSACTION_TRIES) throw thrown;
      await wait(Math.random() * 5 * 2 ** tries);
    }
  }
}

/**
 * Statements of one transaction, sent without waiting for one another: when one fails, those behind it fail because of
 * it, and may be heard first.
 *
 * @throws what went wrong first.
 */
export async function inOneTransaction<Result>(on: Sql, work: (tx: Sql) => Promise<Result>): Promise<Result> {
  const failures: unknown[] = [];
  const note = (thrown: unknown): never => {
    failures.push(thrown);
    throw thrown;
  };
  try {
    return await work({
      rows: <Row>(statement: Fragment) => on.rows<Row>(statement).catch(note),
      run: (statement) => on.run(statement).catch(note),
    });
  } catch (thrown) {
    throw failures[0] ?? thrown;
  }
}
