/**
 * A process of its own that takes the data directory given to it, says so, and keeps it until it is told to release it.
 * Told to be busy, it hears and does nothing for longer than others wait, as in a long statement.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { lockDataDir } from '../../src/infra/data-dir.ts';

/** Longer than a lock that nobody renews is waited for. */
const BUSY_MS = 10_000;
/** Renewed twice by itself. */
const AFTERWARDS_MS = 2_500;

const lock = await lockDataDir(process.argv[2] as string, (why) => {
  throw why;
});
process.on('message', async (what) => {
  if (what === 'be busy') {
    await lock.keepFresh();
    process.send?.('busy');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS);
    await wait(AFTERWARDS_MS);
    process.send?.('still there');
    return;
  }
  await lock.release();
  process.disconnect();
});
process.send?.('held');
