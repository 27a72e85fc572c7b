/** `doctor` and `doctor --scrub`: what they look at, what they do, and what they say when a server has the database. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, type Tools } from '../../src/cli/command-line.ts';
import { systemIds } from '../../src/ids.ts';
import { openAsItIs, type Storage } from '../../src/infra/open.ts';
import { createPglite } from '../../src/infra/pglite.ts';
import { createLog } from '../../src/log.ts';
import { openTestDatabase, TestClock } from '../support/world.ts';
import { type Folder, filesWith, forget, makeFolder, openWorld, plant } from './canary.ts';

describe('the doctor', { timeout: 120_000 }, () => {
  let folder: Folder;
  let storage: Storage;
  let output: string[];
  let complaints: string[];
  let progress: string[];

  beforeEach(async () => {
    folder = await makeFolder();
    storage = { kind: 'pglite', dataDir: folder.dataDir };
    [output, complaints, progress] = [[], [], []];
  });

  afterEach(() => folder.drop());

  const run = (...argv: string[]) => {
    const tools: Tools = {
      clock: new TestClock(),
      ids: systemIds,
      print: (text) => void output.push(text),
      printError: (text) => void complaints.push(text),
      progress: (text) => void progress.push(text),
      openDatabase: () => Promise.reject(new Error('The doctor migrates nothing.')),
      openAsItIs: () => openAsItIs(storage, { log: createLog('silent') }),
      serve: async () => undefined,
    };
    return runCommand(argv, tools);
  };
  const json = () => JSON.parse(output.join('\n'));
  /** By name, whether it is well. */
  const states = () =>
    Object.fromEntries(json().checks.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]));

  it('finds a migrated database well', async () => {
    expect([await run('doctor'), output.join('\n')]).toEqual([0, expect.stringContaining(folder.dataDir)]);
    output.length = 0;
    expect(await run('doctor', '--json')).toBe(0);
    expect(states()).toEqual({ database: true, migrations: true, extensions: true });
  });

  it('tells of migrations that are pending and extensions that are missing, and leaves it at that', async () => {
    const pglite = await createPglite(folder.dataDir);
    await pglite.exec(
      `DELETE FROM _prisma_migrations WHERE migration_name LIKE '0002%'; DROP EXTENSION btree_gin CASCADE`,
    );
    await pglite.close();
    for (const _ of [1, 2]) {
      output.length = 0;
      expect(await run('doctor', '--json')).toBe(1);
      expect(states()).toEqual({ database: true, migrations: false, extensions: false });
    }
  });

  it.each([
    [['doctor'], 'output'],
    [['doctor', '--scrub'], 'complaints'],
  ] as const)('makes no database where there is none: %j', async (argv, where) => {
    const dataDir = join(folder.dataDir, 'elsewhere');
    storage = { kind: 'pglite', dataDir };
    expect(await run(...argv)).toBe(1);
    expect({ output, complaints }[where].join()).toContain(`There is no database in ${dataDir} yet`);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('scrubs the files, says how far it is, and reports sizes and time', async () => {
    const world = await openWorld(folder.dataDir);
    await plant(world);
    await forget(world);
    await world.close();
    expect(await filesWith(folder.dataDir)).not.toEqual([]);
    expect([await run('doctor', '--scrub', '--json'), complaints]).toEqual([0, []]);
    expect(await filesWith(folder.dataDir)).toEqual([]);
    const { tables, bytesBefore, bytesAfter } = json();
    expect(json()).toMatchObject({ kind: 'pglite', leftovers: 0, ms: 0 });
    expect(bytesAfter).toBeLessThan(bytesBefore);
    expect(progress).toHaveLength(tables + 2);
    expect(progress.at(-1)).toBe(`${tables + 2}/${tables + 2}  log`);
  });

  it.each([
    [['doctor'], 'output', '/readyz'],
    [['doctor', '--scrub'], 'complaints', 'scrubs it every night by itself'],
  ] as const)('points to the server that has the database: %j', async (argv, where, words) => {
    const path = join(import.meta.dirname, '../support/hold-data-dir.ts');
    const holder = fork(path, [folder.dataDir], { execArgv: ['--import', 'tsx'] });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder, 'message');
    expect(await run(...argv)).toBe(1);
    expect({ output, complaints }[where].join()).toContain(words);
  });

  const server = process.env.TEST_DATABASE_URL;
  it.skipIf(!server)(
    'vacuums on a server (TEST_DATABASE_URL says where), and says what it does not reach',
    async () => {
      const { url = '', close } = await openTestDatabase(server);
      onTestFinished(close);
      storage = { kind: 'postgres', url };
      expect([await run('doctor', '--scrub'), complaints]).toEqual([0, []]);
      expect(output.join()).toContain('stays in the log of the server');
      output.length = 0;
      expect(await run('doctor', '--json')).toBe(0);
      expect(states()).toEqual({ database: true, migrations: true, extensions: true });
    },
  );
});
