/** Transactions sent one behind the other: what is sealed is kept whole or not at all, and heard as it happened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pipelined } from '../../src/infra/database.ts';
import { sql } from '../../src/infra/sql.ts';
import { isTaken } from '../../src/infra/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../support/world.ts';

let opened: TestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
  await opened.db.run(sql`/* test.table */ CREATE TABLE pipelined_note (name text PRIMARY KEY)`);
});
afterAll(() => opened.close());

const add = (tx: Pick<Pipelined, 'run'>, name: string) =>
  tx.run(sql`/* test.add */ INSERT INTO pipelined_note (name) VALUES (${name})`);

async function notes(like: string): Promise<string[]> {
  const rows = await opened.db.rows<{ name: string }>(sql`/* test.notes */
    SELECT name FROM pipelined_note WHERE name LIKE ${like} ORDER BY name`);
  return rows.map(({ name }) => name);
}

test('a sealed transaction has committed when it answers', async () => {
  const written = await opened.db.pipelined(async (tx) => {
    const writing = add(tx, 'sealed');
    tx.seal();
    return writing;
  });

  expect(written).toBe(1);
  expect(await notes('sealed')).toEqual(['sealed']);
});

test('a statement that fails before the seal takes everything with it, and says why', async () => {
  await add(opened.db, 'taken');

  const failing = opened.db.pipelined(async (tx) => {
    const both = Promise.all([add(tx, 'taken-not'), add(tx, 'taken')]);
    tx.seal();
    return both;
  });

  await expect(failing).rejects.toSatisfy((thrown) => isTaken(thrown, 'pipelined_note_pkey'));
  expect(await notes('taken%')).toEqual(['taken']);
});

test('a failure that nobody listened to is no commit', async () => {
  const deaf = opened.db.pipelined(async (tx) => {
    void add(tx, 'taken').catch(() => undefined);
    tx.seal();
  });

  await expect(deaf).rejects.toThrow();
});

test('many at once, sealed and not, good and bad, are each kept or refused by themselves', async () => {
  const one = (index: number) =>
    opened.db.pipelined(async (tx) => {
      const writing = Promise.all([add(tx, `many-${index}`), add(tx, index % 3 === 0 ? 'taken' : `many-${index}-too`)]);
      if (index % 2 === 0) tx.seal();
      return writing;
    });

  const ended = await Promise.allSettled(Array.from({ length: 30 }, (_, index) => one(index)));

  expect(ended.map(({ status }) => status)).toEqual(ended.map((_, i) => (i % 3 === 0 ? 'rejected' : 'fulfilled')));
  expect(await notes('many-%')).toHaveLength(40);
});

test.skipIf(!process.env.TEST_DATABASE_URL)(
  'the next is carried out behind a sealed one that has not been heard of (PostgreSQL only: PGlite has no wire)',
  async () => {
    const backend = sql`/* test.backend */ SELECT pg_backend_pid() AS id, pg_sleep(0.05)`;
    const ended: string[] = [];
    const run = (name: string, sealed: () => void) =>
      opened.db.pipelined(async (tx) => {
        const asking = tx.rows<{ id: number }>(backend);
        tx.seal();
        sealed();
        const [row] = await asking;
        ended.push(name);
        return row?.id;
      });
    const start = (name: string) =>
      new Promise<{ backend: Promise<number | undefined> }>((resolve) => {
        const asked = run(name, () => resolve({ backend: asked }));
      });

    const first = await start('first');
    const second = await start('second');
    const endedBeforeThird = [...ended];
    const third = await start('third');

    expect(endedBeforeThird).toEqual([]);
    const [one, ...others] = await Promise.all([first.backend, second.backend, third.backend]);
    expect(others).toEqual([one, one]);
    expect(ended).toEqual(['first', 'second', 'third']);
  },
);
