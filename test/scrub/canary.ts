/** A word nobody else uses, where it is planted, and every file it is still found in. */
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createPglite, openPglite } from '../../src/infra/pglite.ts';
import { sql } from '../../src/infra/sql.ts';
import { openDesk } from '../identity/desk.ts';
import { createWorld, TestClock, type World } from '../support/world.ts';

/** Long enough for several of the pieces below, and nothing like any other text. */
export const CANARY = 'kqzvjxw7f3a9yhqwmb';
/**
 * PostgreSQL's compression puts a byte of its own behind every eight bytes it copies, so of a value it compressed only
 * pieces of this length can be read.
 */
const PIECE = 8;
/** How the people are called who stay. */
export const STAYING = 'Wilhelmina';
/** Enough of each that the planner remembers the word as one of the commonest values. */
const PEOPLE = 30;
const WIDE = 6_000;

/** A data directory of the test's own with our tables in it. */
export interface Folder {
  readonly dataDir: string;
  drop(): Promise<void>;
}

/** Its tables made, nothing in them, no process on it. */
export async function makeFolder(): Promise<Folder> {
  const folder = await mkdtemp(join(tmpdir(), 'scrub-'));
  const dataDir = join(folder, 'data');
  const pglite = await createPglite(dataDir, new Blob([await readFile(inject('migratedDump'))]));
  await pglite.close();
  return { dataDir, drop: () => rm(folder, { recursive: true, force: true }) };
}

/** Everything below the doors, on a data directory. */
export async function openWorld(dataDir: string): Promise<World> {
  const db = openPglite(await createPglite(dataDir));
  return createWorld(new TestClock(), { db, close: () => db.close() });
}

/**
 * People whose every value holds the canary, as many who stay, and statistics of both. Some values are too wide for a
 * page, some of those can be compressed.
 */
export async function plant(world: World): Promise<void> {
  const desk = await openDesk(world);
  const numbers = Array.from({ length: PEOPLE }, (_, i) => i);
  await desk.send(...numbers.flatMap((i) => person(`${CANARY}-${i}`, `${CANARY} ${i}`)));
  await desk.send(...numbers.flatMap((i) => person(`stays-${i}`, `${STAYING} ${i}`)));
  await world.db.run(sql`/* test.analyze */ ANALYZE`);
}

function person(userId: string, name: string): Record<string, unknown>[] {
  const who = { userId };
  const url = `https://example.com/${encodeURIComponent(name)}`;
  const email = `${userId}@example.com`;
  const traits = { name, email, plan: name.slice(0, CANARY.length), long: wide(name), same: name.repeat(200) };
  return [
    { type: 'identify', ...who, traits },
    { type: 'track', ...who, name: 'opened', properties: { text: name.slice(0, CANARY.length), long: wide(name) } },
    { type: 'page', ...who, sessionId: userId, url, title: name.slice(0, CANARY.length), referrer: `${url}/before` },
  ];
}

/** Nothing in it repeats but the name. */
function wide(name: string): string {
  let text = '';
  for (let i = 0; text.length < WIDE; i++) text += `${name} ${Math.sin(i).toString(36)} `;
  return text;
}

/** Deletes whoever has the canary, as an erasure would; what hangs on a record goes with it. */
export async function forget({ db }: World): Promise<void> {
  await db.run(sql`/* test.forget */
    DELETE FROM record WHERE (workspace_id, id) IN (
      SELECT workspace_id, record_id FROM identifier WHERE value LIKE ${`${CANARY}%`})`);
}

/** How many rows each table has that holds people. */
export async function countRows({ db }: World): Promise<Record<string, number>> {
  const [row] = await db.rows<Record<string, number>>(sql`/* test.count */
    SELECT (SELECT count(*) FROM record) AS records, (SELECT count(*) FROM identifier) AS identifiers,
      (SELECT count(*) FROM profile) AS profiles, (SELECT count(*) FROM event) AS events,
      (SELECT count(*) FROM page_view) AS pages, (SELECT count(*) FROM session) AS sessions`);
  return row ?? {};
}

/** What `countRows` tells when everybody who stays is there, and nobody else. */
export const STAYED = {
  ...{ records: PEOPLE, identifiers: PEOPLE, profiles: PEOPLE },
  ...{ events: PEOPLE, pages: PEOPLE, sessions: PEOPLE },
};

/** Who a search finds through the trigram index, each with a value that stands outside its row. */
export async function searchByIndex({ db }: World): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.run(sql`/* test.by_index */ SET LOCAL enable_seqscan = off`);
    const asked = sql`/* test.search */
      SELECT length(attributes->>'long') AS width FROM profile
      WHERE name_folded LIKE '%ilhelm%'`;
    const plan = await tx.rows(sql`/* test.plan */ EXPLAIN ${asked}`);
    if (!JSON.stringify(plan).includes('profile_name_folded_trgm')) throw new Error(JSON.stringify(plan));
    return (await tx.rows<{ width: number }>(asked)).filter(({ width }) => width >= WIDE).length;
  });
}

/** The files, below a folder, that hold the word or a piece of it: UTF-8, UTF-16, compressed. Each is read to its end. */
export async function filesWith(dir: string, word = CANARY): Promise<string[]> {
  const pieces = Array.from({ length: word.length - PIECE + 1 }, (_, i) => word.slice(i, i + PIECE));
  const wanted = pieces.flatMap((piece) => [Buffer.from(piece), Buffer.from(piece, 'utf16le')]);
  const found: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await holds(path, wanted))) found.push(path.slice(dir.length + 1));
  }
  return found.sort();
}

async function holds(path: string, wanted: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(...wanted.map(({ length }) => length)) - 1;
  let end = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const text = Buffer.concat([end, chunk as Buffer]);
    if (wanted.some((word) => text.includes(word))) return true;
    end = text.subarray(-overlap);
  }
  return false;
}
