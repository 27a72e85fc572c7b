/** The tables, as the migrations make them: what neither a compiler nor the drift check would notice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMigrations } from '../src/infra/migrate.ts';
import { type EmptyDatabase, emptyPglite } from './support/empty-database.ts';

/** Reference tables, small, found by a key before any workspace is known. */
const WITHOUT_WORKSPACE = ['workspace', 'api_key', 'job_lease', '_prisma_migrations'];

describe('the tables', () => {
  let db: EmptyDatabase;

  beforeAll(async () => {
    db = await emptyPglite();
    await applyMigrations(db.session);
  });
  afterAll(() => db.drop());

  it('have no key and no unique index that does not begin with the workspace', async () => {
    const indexes = await list<{ table: string; index: string; first: string }>(`
      SELECT t.relname AS table, i.relname AS index, a.attname AS first
      FROM pg_index x
      JOIN pg_class t ON t.oid = x.indrelid AND t.relnamespace = 'public'::regnamespace
      JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
      WHERE x.indisunique`);
    const ours = indexes.filter(({ table }) => !WITHOUT_WORKSPACE.includes(table));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter(({ first }) => first !== 'workspace_id')).toEqual([]);
  });

  it('point to each other within a workspace only, and never set it to null', async () => {
    const keys = await list<{ name: string; from: string; to: string; target: string; onDelete: string }>(`
      SELECT c.conname AS name, a.attname AS from, b.attname AS to, t.relname AS target, c.confdeltype AS "onDelete"
      FROM pg_constraint c
      JOIN pg_class t ON t.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
      WHERE c.contype = 'f'`);
    expect(keys.length).toBeGreaterThan(5);
    const astray = keys.filter(
      ({ from, to, target }) => from !== 'workspace_id' || to !== (target === 'workspace' ? 'id' : 'workspace_id'),
    );
    expect(astray).toEqual([]);
    expect(keys.filter(({ onDelete }) => ['n', 'd'].includes(onDelete))).toEqual([]);
  });

  it('have no trigger and no sequence', async () => {
    expect(await list(`SELECT tgname FROM pg_trigger WHERE NOT tgisinternal`)).toEqual([]);
    expect(await list(`SELECT relname FROM pg_class WHERE relkind = 'S'`)).toEqual([]);
  });

  /** The drift check sees neither of these kinds: one made by hand has to be listed here. */
  it('have these partial and expression indexes', async () => {
    const byHand = `SELECT indexrelid::regclass::text AS index FROM pg_index
      WHERE (indpred IS NOT NULL OR indexprs IS NOT NULL) AND indexrelid >= 16384`;
    expect(await list(byHand)).toEqual([]);
  });

  it('compare by bytes what decides an order', async () => {
    const columns = await list<{ column: string }>(`
      SELECT table_name || '.' || column_name AS column FROM information_schema.columns
      WHERE table_schema = 'public' AND collation_name = 'C' ORDER BY 1`);
    expect(columns.map(({ column }) => column)).toEqual([
      'profile.email_sort',
      'profile.name_sort',
      'session.landing_message',
      'session.referrer_message',
      'session.utm_message',
    ]);
  });

  it('leave room on the page for what changes with every flush', async () => {
    const tables = await list<{ table: string }>(`
      SELECT relname AS table FROM pg_class WHERE 'fillfactor=70' = ANY (reloptions) AND relkind = 'r' ORDER BY 1`);
    expect(tables.map(({ table }) => table)).toEqual([
      'company',
      'conversation',
      'profile',
      'profile_activity',
      'record',
      'session',
    ]);
  });

  function list<Row>(text: string): Promise<Row[]> {
    return db.session.query<Row>(text, []);
  }
});
