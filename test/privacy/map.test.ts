/** The privacy map says something of every column there is, and of none that there is not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMigrations } from '../../src/infra/migrate.ts';
import type { TablePrivacy } from '../../src/services/privacy-class.ts';
import { columnClasses, privacyTables } from '../../src/services/privacy-map.ts';
import { type EmptyDatabase, emptyPglite } from '../support/empty-database.ts';

/** Of the tool that migrates; holds nothing but names of migrations. */
const NOT_OURS = '_prisma_migrations';

describe('the privacy map', () => {
  let db: EmptyDatabase;

  beforeAll(async () => {
    db = await emptyPglite();
    await applyMigrations(db.session);
  });
  afterAll(() => db.drop());

  it('classifies every column of the migrated database, and nothing else', async () => {
    const columns = await db.session.query<{ column: string }>(
      `SELECT table_name || '.' || column_name AS column FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name <> '${NOT_OURS}'`,
      [],
    );
    const classified = privacyTables().flatMap(({ table }) =>
      [...columnClasses(table).keys()].map((c) => `${table}.${c}`),
    );
    expect(classified.sort()).toEqual(columns.map(({ column }) => column).sort());
  });

  it('says one thing of each column', () => {
    for (const { table, columns } of privacyTables()) {
      const names = Object.values(columns as TablePrivacy['columns']).flatMap((each) => each.split(' '));
      expect(names.length, table).toBe(columnClasses(table).size);
    }
  });

  it('lets no value of a person stay when they are deleted', () => {
    const staying = privacyTables().filter(({ deletion }) => deletion === 'stays');
    const personal = staying.flatMap(
      ({ table, columns: { value, identifier, text, reduced } }: TablePrivacy & { table: string }) =>
        [value, identifier, text, reduced].flatMap((names) =>
          (names?.split(' ') ?? []).map((name) => `${table}.${name}`),
        ),
    );
    expect(personal).toEqual([]);
  });

  it('reaches rows by columns that they have', () => {
    const needed = {
      record: ['id', 'canonical_id'],
      profile: ['id'],
      record_id: ['record_id'],
      conversation_id: ['conversation_id'],
      ends: ['source_record_id', 'target_record_id'],
      workspace: ['workspace_id'],
      hash: ['workspace_id'],
      nobody: [],
    };
    for (const { table, reach } of privacyTables()) {
      expect([...columnClasses(table).keys()], table).toEqual(expect.arrayContaining(needed[reach]));
    }
  });
});
