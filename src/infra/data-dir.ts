/** One owner for a data directory: two processes on one embedded database lose each other's rows without an error. */
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import lockfile from 'proper-lockfile';
import { LockPulse } from './lock-pulse.ts';

/** After a kill -9 the lock counts as left behind once it was not renewed for this long. */
const STALE_MS = 5_000;
const RENEW_MS = 1_000;
const RETRY_MS = 500;
/** A little longer than a lock of a killed process takes to go stale. */
const PATIENCE_MS = STALE_MS + 2_000;

/** Another process holds the data directory. */
export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse';
  constructor(readonly dir: string) {
    super(
      `The data directory ${dir} is in use: another server is running on it. Stop that one, or give this one a directory of its own with DATA_DIR, or a PostgreSQL with DATABASE_URL.`,
    );
  }
}

/** A directory that is ours. */
export interface DataDirLock {
  /** Lets it go. */
  release(): Promise<void>;
  /** Before what may hold this thread up for longer than a lock may go without being renewed. */
  keepFresh(): Promise<void>;
}

/**
 * Takes the directory, making it when it is missing, and keeps it until it is released.
 *
 * A process that was killed leaves its lock behind; the next one waits for that to go stale, some seconds.
 *
 * @param onLost called when the lock was lost while held (the process slept too long, or somebody removed the lock):
 *   another process may be writing, so this one must stop at once.
 * @throws {DataDirInUse}
 */
export async function lockDataDir(dir: string, onLost: (why: Error) => void): Promise<DataDirLock> {
  const path = resolve(dir);
  await mkdir(path, { recursive: true });
  const lockfilePath = `${path}.lock`;
  const pulse = new LockPulse(lockfilePath, RENEW_MS);
  try {
    const unlock = await lockfile.lock(path, {
      lockfilePath,
      fs: pulse.fs,
      stale: STALE_MS,
      update: RENEW_MS,
      retries: { retries: PATIENCE_MS / RETRY_MS, minTimeout: RETRY_MS, maxTimeout: RETRY_MS, factor: 1 },
      onCompromised: onLost,
    });
    return { release: () => pulse.stop().then(() => unlock()), keepFresh: () => pulse.keepFresh() };
  } catch (thrown) {
    if (isHeld(thrown)) throw new DataDirInUse(path);
    throw thrown;
  }
}

/** Bytes of all files under a directory, as their lengths say. What vanishes meanwhile does not count. */
export async function bytesOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return bytesOf(path);
    return lstat(path).then(
      ({ size }) => size,
      () => 0,
    );
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function isHeld(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ELOCKED';
}
