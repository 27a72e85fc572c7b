/**
 * Files that a killed process left in an embedded data directory: half-written copies of tables, and temporary files.
 * A PostgreSQL server clears some of them away when it starts; an embedded one never does, and nothing ever reads them.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from './database.ts';
import { sql } from './sql.ts';

/** A file of a table or an index: its number, perhaps behind a session's, perhaps a fork or a later segment of it. */
const RELATION_FILE = /^(?:t\d+_)?(\d+)(?:_(?:fsm|vm|init))?(?:\.\d+)?$/;

/**
 * Removes them.
 *
 * @param tx a transaction of the only connection there is, right after a checkpoint: no statement is under way, and
 *   what was dropped is gone already.
 * @returns how many files there were.
 */
export async function removeLeftovers(tx: Sql, dataDir: string): Promise<number> {
  const [place] = await tx.rows<{ oid: number }>(sql`/* leftovers.database */
    SELECT oid FROM pg_database WHERE datname = current_database()`);
  const files = await tx.rows<{ node: number }>(sql`/* leftovers.files */
    SELECT pg_relation_filenode(oid) AS node FROM pg_class WHERE pg_relation_filenode(oid) IS NOT NULL`);
  const known = new Set(files.map(({ node }) => String(node)));
  const ours = join(dataDir, 'base', String(place?.oid));
  const orphans = (await namesIn(ours)).filter((name) => isOrphan(name, known)).map((name) => join(ours, name));
  const temporary = join(dataDir, 'base', 'pgsql_tmp');
  const all = [...orphans, ...(await namesIn(temporary)).map((name) => join(temporary, name))];
  await Promise.all(all.map((path) => rm(path, { recursive: true, force: true })));
  return all.length;
}

function isOrphan(name: string, known: ReadonlySet<string>): boolean {
  const node = RELATION_FILE.exec(name)?.[1];
  return node !== undefined && !known.has(node);
}

/** Empty when there is no such folder: the one for temporary files is made with the first of them. */
async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    throw thrown;
  });
}
