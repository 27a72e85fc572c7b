/** What both databases agree on about transactions: which failures are worth a second try. */
import { setTimeout as wait } from 'node:timers/promises';
import { Unavailable } from '../errors.ts';
import { MAX_TRANSACTION_TRIES } from '../limits.ts';

const DEADLOCK = '40P01';
const SERIALIZATION_FAILURE = '40001';
/** SQLSTATE classes and system errors that mean "the server is not there", not "the statement is wrong". */
const LOST_CONNECTION = /^(08|57P0|53)|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND|AI_AGAIN)$/;
/** What the driver says of a connection it has lost, without a code. */
const LOST_CLIENT = /Connection terminated|is not queryable|timeout exceeded when trying to connect/;

/** SQLSTATE or system error code of a thrown thing, or ''. */
export function errorCode(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : '';
  return typeof code === 'string' ? code : '';
}

/** True when the same transaction may succeed if it is repeated from the start. */
export function lostRace(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return code === DEADLOCK || code === SERIALIZATION_FAILURE;
}

/** True when the database could not be reached, was shut down, or dropped the connection. */
export function isDisconnected(thrown: unknown): boolean {
  if (LOST_CONNECTION.test(errorCode(thrown))) return true;
  return thrown instanceof Error && LOST_CLIENT.test(thrown.message);
}

/**
 * Repeats `attempt` after a deadlock or serialization failure, a little later and less regularly each time.
 *
 * @throws {Unavailable} when the database cannot be reached; otherwise what the last attempt threw.
 */
export async function repeatLostRaces<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (isDisconnected(thrown)) throw new Unavailable('The database cannot be reached right now.', { cause: thrown });
      if (!lostRace(thrown) || tries >= MAX_TRANSACTION_TRIES) throw thrown;
      await wait(Math.random() * 5 * 2 ** tries);
    }
  }
}
