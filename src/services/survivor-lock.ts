/**
 * Locks a person for a change by hand. Nobody changes who belongs to a person without the lock of the survivor's record
 * (see `lockTrees`), so whoever holds it has the whole tree as it is until the commit.
 */
import { Unavailable } from '../errors.ts';
import { MAX_TRANSACTION_TRIES } from '../limits.ts';
import { lockRecords } from './record.ts';
import type { Registers } from './register.ts';
import { type Found, findVisitor } from './visitor-ref.ts';
import type { Work } from './work.ts';

/** A person whose survivor's record is locked. */
export interface LockedSurvivor extends Found {
  /** Of the survivor's own record; empty unless asked for. */
  readonly own: Registers;
}

/** The survivor was merged away between being found and being locked. */
class Moved extends Error {}

/**
 * Finds a visitor and locks the survivor's record; inside `repeatMoved`.
 *
 * @param ref `vis_…`, `user:…` or `anon:…`. @throws {NotFound}
 */
export async function lockSurvivor(work: Work, ref: string, withRegisters = false): Promise<LockedSurvivor> {
  const found = await findVisitor(work.tx, work.workspaceId, ref);
  const { survivorId } = found;
  const locked = (await lockRecords(work, [survivorId], withRegisters ? [survivorId] : [])).get(survivorId);
  // A second record locked behind this one could be out of order, and two such changes would wait for each other.
  if (locked?.canonicalId !== survivorId) throw new Moved();
  return { ...found, own: locked.registers };
}

/** Begins a transaction anew when `lockSurvivor` came too late in it. @throws {Unavailable} when it does so each time. */
export async function repeatMoved<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; tries <= MAX_TRANSACTION_TRIES; tries++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof Moved)) throw thrown;
    }
  }
  throw new Unavailable('The visitor is being merged right now.');
}
