/** The data directory has one owner at a time, also when the owner dies without a word. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirInUse, lockDataDir } from '../src/infra/data-dir.ts';

describe('the data directory', () => {
  let parent: string;
  let dir: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'data-dir-'));
    dir = join(parent, 'data');
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(parent, { recursive: true });
  });

  it('is refused to a second process, with words that help', async () => {
    await holder();
    const refusal = await lock().catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(DataDirInUse);
    expect(String(refusal)).toContain(`${dir} is in use: another server is running on it`);
  });

  it('is free as soon as its owner lets it go', async () => {
    const owner = await holder();
    owner.send('release');
    await once(owner, 'exit');
    const release = await lock();
    await release();
  });

  it('stays with an owner that is busy for longer than a lock goes without being renewed', async () => {
    const owner = await holder();
    owner.send('be busy');
    await once(owner, 'message');
    const stillThere = once(owner, 'message');
    expect(await lock().catch((thrown: unknown) => thrown)).toBeInstanceOf(DataDirInUse);
    expect(await stillThere).toEqual(['still there', undefined]);
    owner.send('release');
    expect(await once(owner, 'exit')).toEqual([0, null]);
    await (await lock())();
  });

  it('is taken over after its owner was killed while it was busy', async () => {
    const owner = await holder();
    owner.send('be busy');
    await once(owner, 'message');
    owner.kill('SIGKILL');
    await (await lock())();
  });

  it('is taken over after its owner was killed', async () => {
    const owner = await holder();
    owner.kill('SIGKILL');
    const release = await lock();
    await release();
  });

  async function lock(): Promise<() => Promise<void>> {
    const { release } = await lockDataDir(dir, (why) => {
      throw why;
    });
    return release;
  }

  /** A running process that holds the directory. */
  async function holder(): Promise<ChildProcess> {
    const child = fork(join(import.meta.dirname, 'support/hold-data-dir.ts'), [dir], { execArgv: ['--import', 'tsx'] });
    children.push(child);
    await once(child, 'message');
    return child;
  }
});
