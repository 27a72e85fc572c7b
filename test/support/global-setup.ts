/**
 * Before the suite: one migrated PGlite, dumped to a file, as loading it is several times faster than migrating anew; and
 * the files that browsers are served, made from the sources as they are now.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeBrowserFiles } from '../../scripts/browser-files.mjs';
import { applyMigrations } from '../../src/infra/migrate.ts';
import { emptyPglite } from './empty-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the dump; load it as PGlite's `loadDataDir`. */
    migratedDump: string;
  }
}

/** Vitest calls it once, and calls what it returns after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'visitors-test-'));
  await makeBrowserFiles();
  const database = await emptyPglite();
  await applyMigrations(database.session);
  const dump = await database.client.dumpDataDir('none');
  await database.drop();
  const file = join(folder, 'migrated.tar');
  await writeFile(file, Buffer.from(await dump.arrayBuffer()));
  project.provide('migratedDump', file);
  return () => rm(folder, { recursive: true, force: true });
}
