/** A scrub may be killed at any moment: the database opens, has every row, and the next scrub finishes the work. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scrub } from '../../src/infra/scrub.ts';
import {
  countRows,
  type Folder,
  filesWith,
  forget,
  makeFolder,
  openWorld,
  plant,
  STAYED,
  searchByIndex,
} from './canary.ts';

/** A table with wide values, one with indexes for searching, what the planner remembers, and the log. */
const STEPS = ['event', 'profile', 'statistics', 'log'];
/** Into the step: at its beginning, and somewhere in its work. */
const DELAYS_MS = [0, 4];

describe('a scrub that is killed', { timeout: 240_000 }, () => {
  let folder: Folder;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await makeFolder();
  });

  afterEach(async () => {
    child?.kill('SIGKILL');
    await folder.drop();
  });

  it('loses no row and leaves nothing that the next one does not take away', async () => {
    const planting = await openWorld(folder.dataDir);
    await plant(planting);
    await planting.close();
    // While the canary is there, so that half-written copies hold it.
    for (const step of STEPS) for (const delay of DELAYS_MS) await killAt(step, delay);

    const world = await openWorld(folder.dataDir);
    const doubled = Object.fromEntries(Object.entries(STAYED).map(([table, count]) => [table, 2 * count]));
    expect([await countRows(world), await searchByIndex(world)]).toEqual([doubled, STAYED.profiles]);
    await forget(world);
    await scrub(world.db);
    expect([await countRows(world), await searchByIndex(world)]).toEqual([STAYED, STAYED.profiles]);
    await world.close();
    expect(await filesWith(folder.dataDir)).toEqual([]);
  });

  /** Every kill is followed by a start that has to recover: the next child's, or the test's own. */
  async function killAt(step: string, delayMs: number): Promise<void> {
    const path = join(import.meta.dirname, '../support/scrub-data-dir.ts');
    const scrubbing = fork(path, [folder.dataDir], { execArgv: ['--import', 'tsx'] });
    child = scrubbing;
    const ended = once(scrubbing, 'exit');
    await new Promise<void>((resolve, reject) => {
      scrubbing.on('message', (what) => what === step && resolve());
      scrubbing.once('exit', (code) => reject(new Error(`The scrub ended by itself with ${code}.`)));
    });
    await wait(delayMs);
    scrubbing.kill('SIGKILL');
    await ended;
  }
});
