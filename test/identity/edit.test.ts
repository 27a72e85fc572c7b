/** Editing by hand while others write: on the state that was locked, and on whoever the person is by then. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Sql } from '../../src/infra/database.ts';
import { compile } from '../../src/infra/sql.ts';
import { editVisitor } from '../../src/services/visitor-edit.ts';
import { createWorld, type World } from '../support/world.ts';
import { type Desk, openDesk } from './desk.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openDesk(world);
});

describe('a conditional edit', () => {
  it('compares the tag only when nobody else can change the profile any more', async () => {
    await desk.update({ anonymousId: 'a1' }, { name: 'Ann' });
    const { etag } = await desk.reply('anon:a1');
    const asked: string[] = [];
    const db = between(world.db, async (name, go) => {
      asked.push(name);
      return go();
    });
    await editVisitor({ ...desk.ctx, db }, 'anon:a1', { name: 'Anna' }, etag);
    expect(asked.slice(0, asked.indexOf('visitor.row'))).toContain('profile.registers');
  });
});

describe('an edit of somebody who is merged away at that moment', () => {
  it('begins anew, and is made on the survivor', async () => {
    for (const anonymousId of ['source', 'target']) await desk.track({ anonymousId });
    const stale = await whoIs('anon:source');
    await desk.merge('anon:source', 'anon:target');
    const transactions: string[][] = [];
    let isFirst = true;
    const db = between(
      world.db,
      async (name, go) => {
        transactions.at(-1)?.push(name);
        if (name !== 'visitor.by_identifier' || !isFirst) return go();
        isFirst = false;
        return stale;
      },
      () => transactions.push([]),
    );
    await editVisitor({ ...desk.ctx, db }, 'anon:source', { name: 'Ann' });
    expect((await desk.visitor('anon:target')).name).toBe('Ann');
    expect(transactions.map((names) => names.filter((name) => name === 'record.lock').length)).toEqual([1, 1]);
  });

  it('is given up in the end, as a passing fault', async () => {
    for (const anonymousId of ['source', 'target']) await desk.track({ anonymousId });
    const stale = await whoIs('anon:source');
    await desk.merge('anon:source', 'anon:target');
    const db = between(world.db, async (name, go) => (name === 'visitor.by_identifier' ? stale : go()));
    const edit = editVisitor({ ...desk.ctx, db }, 'anon:source', { name: 'Ann' });
    await expect(edit).rejects.toMatchObject({ code: 'unavailable' });
  });

  /** What a look at an identifier answers now. */
  async function whoIs(ref: string): Promise<unknown[]> {
    let answer: unknown[] = [];
    const db = between(world.db, async (name, go) => {
      const rows = await go();
      if (name === 'visitor.by_identifier') answer = rows;
      return rows;
    });
    await editVisitor({ ...desk.ctx, db }, ref, { phone: '+1' });
    return answer;
  }
});

type Between = (name: string, go: () => Promise<unknown[]>) => Promise<unknown[]>;

/** The same database with something between it and each statement of a transaction that answers rows. */
function between(db: Database, ask: Between, begin: () => void = () => undefined): Database {
  const transaction: Database['transaction'] = (work) =>
    db.transaction((tx) => {
      begin();
      const rows = <Row>(statement: Parameters<Sql['rows']>[0]) =>
        ask(compile(statement).name, () => tx.rows<unknown>(statement)) as Promise<Row[]>;
      return work({ rows, run: (statement) => tx.run(statement) });
    });
  return { ...db, transaction };
}
