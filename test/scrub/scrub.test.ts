/** What was deleted is in no file of the embedded data directory after a scrub; what was not is all there. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScrubStep, scrub } from '../../src/infra/scrub.ts';
import { sql } from '../../src/infra/sql.ts';
import type { World } from '../support/world.ts';
import {
  CANARY,
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

describe('a scrub', { timeout: 120_000 }, () => {
  let folder: Folder;
  let world: World;

  beforeEach(async () => {
    folder = await makeFolder();
    world = await openWorld(folder.dataDir);
    await plant(world);
  });

  afterEach(async () => {
    await world.close();
    await folder.drop();
  });

  const reopen = async () => {
    await world.close();
    world = await openWorld(folder.dataDir);
  };

  it('is needed: what was deleted is found in tables, statistics and log without it, closed and opened again', async () => {
    await forget(world);
    await reopen();
    const { db } = world;
    const [statistics] = await db.rows<{ file: string }>(sql`/* test.statistics */
      SELECT pg_relation_filepath('pg_statistic') AS file`);
    const [profile] = await db.rows<{ file: string }>(sql`/* test.profile */
      SELECT pg_relation_filepath('profile') AS file`);
    const found = await filesWith(folder.dataDir);
    expect(found).toEqual(expect.arrayContaining([statistics?.file, profile?.file]));
    expect(found.join()).toContain('pg_wal/');
  });

  it('leaves none of it while the database is open, after it was closed, and after it was opened again', async () => {
    await forget(world);
    await scrub(world.db);
    expect(await filesWith(folder.dataDir)).toEqual([]);
    await reopen();
    expect(await filesWith(folder.dataDir)).toEqual([]);
    await reopen();
    expect(await filesWith(folder.dataDir)).toEqual([]);
  });

  it('keeps every row that was not deleted, and indexes that find it', async () => {
    await forget(world);
    await scrub(world.db);
    expect([await countRows(world), await searchByIndex(world)]).toEqual([STAYED, STAYED.profiles]);
    await reopen();
    expect([await countRows(world), await searchByIndex(world)]).toEqual([STAYED, STAYED.profiles]);
  });

  it('leaves nothing of tables that became empty', async () => {
    await world.db.run(sql`/* test.forget_all */ DELETE FROM record`);
    await scrub(world.db);
    expect(await filesWith(folder.dataDir)).toEqual([]);
  });

  it('removes parts of the log that were kept for later use', async () => {
    // More log than fits one part, then a checkpoint, which renames old parts to future ones.
    await world.db.run(sql`/* test.fill */ CREATE TABLE filler AS
      SELECT repeat(md5(i::text), 60) AS text FROM generate_series(1, 24000) i`);
    await world.db.run(sql`/* test.keep_log */ CHECKPOINT`);
    await world.db.run(sql`/* test.unfill */ DROP TABLE filler`);
    await forget(world);
    expect(await partsOfLog(world)).toBeGreaterThan(2);
    expect((await filesWith(folder.dataDir)).join()).toContain('pg_wal/');
    await scrub(world.db);
    expect(await partsOfLog(world)).toBe(1);
    expect(await filesWith(folder.dataDir)).toEqual([]);
  });

  it('writes every table, long value and index into a new file, and drops the old one', async () => {
    const before = await filesOf(world);
    expect(before.length).toBeGreaterThan(50);
    await scrub(world.db);
    const after = new Set(await filesOf(world));
    const { dataDir } = folder;
    expect(before.filter((file) => after.has(file) || existsSync(join(dataDir, file)))).toEqual([]);
    expect([...after].filter((file) => !existsSync(join(dataDir, file)))).toEqual([]);
  });

  it('removes what a killed process left behind, and nothing else', async () => {
    await forget(world);
    const [place] = await world.db.rows<{ oid: number }>(sql`/* test.database */
      SELECT oid FROM pg_database WHERE datname = current_database()`);
    const ours = join(folder.dataDir, 'base', String(place?.oid));
    const temporary = join(folder.dataDir, 'base/pgsql_tmp');
    await mkdir(temporary, { recursive: true });
    const left = [
      join(ours, '999999'),
      join(ours, '999999.1'),
      join(ours, 't3_999998'),
      join(temporary, 'pgsql_tmp42.0'),
    ];
    await Promise.all(left.map((path) => writeFile(path, CANARY)));
    expect(await scrub(world.db)).toMatchObject({ leftovers: left.length });
    expect(await filesWith(folder.dataDir)).toEqual([]);
    expect(await scrub(world.db)).toMatchObject({ leftovers: 0 });
    await reopen();
    expect(await countRows(world)).toEqual(STAYED);
  });

  it('lets others write meanwhile, and keeps what they wrote', async () => {
    await forget(world);
    const writes: Promise<unknown>[] = [];
    const note = ({ what }: ScrubStep) => {
      writes.push(
        world.db.run(sql`/* test.write */
          INSERT INTO event_name (workspace_id, name, first_seen_at) SELECT id, ${what}, now() FROM workspace`),
      );
    };
    const { tables } = await scrub(world.db, note);
    await Promise.all(writes);
    const [row] = await world.db.rows<{ count: number }>(sql`/* test.written */
      SELECT count(*) FROM event_name WHERE name <> 'opened'`);
    expect(row?.count).toBe(tables + 2);
  });
});

/** Of our tables, their long values and indexes, and of what the planner remembers. */
async function filesOf({ db }: World): Promise<string[]> {
  const rows = await db.rows<{ file: string }>(sql`/* test.files */
    WITH ours AS (
      SELECT oid, reltoastrelid AS toast FROM pg_class
      WHERE relkind = 'r' AND (relnamespace = 'public'::regnamespace OR relname = 'pg_statistic'))
    SELECT pg_relation_filepath(oid) AS file FROM ours
    UNION ALL SELECT pg_relation_filepath(toast) FROM ours WHERE toast <> 0
    UNION ALL SELECT pg_relation_filepath(indexrelid) FROM pg_index JOIN ours ON indrelid IN (ours.oid, toast)`);
  return rows.map(({ file }) => file);
}

async function partsOfLog({ db }: World): Promise<number> {
  return (await db.rows(sql`/* test.parts */ SELECT name FROM pg_ls_waldir()`)).length;
}
