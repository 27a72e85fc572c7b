/** A long history is anonymized in chunks before anybody has to wait, and nothing is missed for it. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { OnLegalHold } from '../../src/errors.ts';
import type { Database } from '../../src/infra/database.ts';
import { compile, sql } from '../../src/infra/sql.ts';
import { anonymizeVisitor } from '../../src/services/anonymize.ts';
import { setHold } from '../../src/services/legal-hold.ts';
import { type Desk, openDesk } from '../identity/desk.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openDesk(world);
  for (let batch = 0; batch < LONG / BATCH; batch++) await desk.send(...Array.from({ length: BATCH }, bought));
});

/** More events than two chunks hold. */
const [LONG, BATCH] = [2_500, 500];
const bought = () => ({ type: 'track', name: 'bought', userId: 'ann', properties: { to: 'Ann' } });

it('does the bulk in transactions of its own, and holds the identity row only for the rest', async () => {
  const { db, transactions } = watched(world.db);
  const { replaced } = await anonymizeVisitor({ ...desk.ctx, db }, 'user:ann', {});
  expect(replaced.events).toBe(LONG);
  const reducing = transactions.filter((names) => names.includes('event.reduce'));
  expect(reducing.map((names) => names.filter((name) => name === 'event.reduce').length)).toEqual([1, 1, 1]);
  expect(reducing.flat()).not.toContain('identity.lock');
  expect(transactions.at(-1)).toContain('identity.lock');
  expect(transactions.at(-1)).not.toContain('event.reduce');
});

it('does what came in since the bulk in the last transaction', async () => {
  let isFirst = true;
  const { db, transactions } = watched(world.db, async (names) => {
    if (!isFirst || !names.includes('page_view.texts')) return;
    isFirst = false;
    await desk.send({ ...bought(), name: 'paid by ann' });
  });
  const { replaced } = await anonymizeVisitor({ ...desk.ctx, db }, 'user:ann', {});
  expect(replaced.events).toBe(LONG + 1);
  expect(transactions.at(-1)).toContain('event.reduce');
  expect(await left()).toEqual([
    { name: 'bought', holds: false },
    { name: 'paid by [removed]', holds: false },
  ]);
});

it('touches nothing in a dry run, nor on legal hold', async () => {
  const dry = watched(world.db);
  await anonymizeVisitor({ ...desk.ctx, db: dry.db }, 'user:ann', { dryRun: true });
  expect(dry.transactions).toHaveLength(1);
  await setHold(desk.ctx, 'user:ann', true);
  const held = watched(world.db);
  await expect(anonymizeVisitor({ ...desk.ctx, db: held.db }, 'user:ann', {})).rejects.toThrow(OnLegalHold);
  expect(held.transactions.flat()).not.toContain('event.reduce');
  expect(await left()).toEqual([{ name: 'bought', holds: true }]);
});

async function left(): Promise<{ name: string; holds: boolean }[]> {
  return world.db.rows(sql`/* test.left */
    SELECT DISTINCT name, properties <> '{}'::jsonb AS holds FROM event
    WHERE workspace_id = ${desk.ctx.caller.workspaceId}::uuid ORDER BY name`);
}

/** The same database, with the names of what each transaction asked; `ended` is waited for behind each. */
function watched(db: Database, ended: (names: readonly string[]) => Promise<void> = async () => undefined) {
  const transactions: string[][] = [];
  const transaction: Database['transaction'] = async (work) => {
    let names: string[] = [];
    const result = await db.transaction((tx) => {
      names = [];
      transactions.push(names);
      return work({
        rows: (statement) => {
          names.push(compile(statement).name);
          return tx.rows(statement);
        },
        run: (statement) => {
          names.push(compile(statement).name);
          return tx.run(statement);
        },
      });
    });
    await ended(names);
    return result;
  };
  return { db: { ...db, transaction } as Database, transactions };
}
