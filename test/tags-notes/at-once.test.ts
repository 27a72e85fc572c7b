/** Tags and notes while others tag, merge and separate the same people: nothing is lost, and profiles say what is stored. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import { createWorld, type World } from '../support/world.ts';
import { openTagDesk, type TagDesk } from './desk.ts';

const ROUNDS = 10;

let world: World;
let desk: TagDesk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openTagDesk(world);
  await desk.visitors('a', 'b', 'c');
});

it('two tags given at once are both there, and one given twice is there once', async () => {
  await Promise.all(['vip', 'beta', 'VIP', 'gold', 'vip'].map((tag) => desk.tag('anon:a', tag)));
  expect(await desk.tags('anon:a')).toEqual(['beta', 'gold', 'vip']);
});

it('one tag can be taken away once', async () => {
  await desk.tag('anon:a', 'vip');
  const taken = await Promise.allSettled([desk.untag('anon:a', 'vip'), desk.untag('anon:a', 'vip')]);
  expect(taken.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await desk.tags('anon:a')).toEqual([]);
});

it('what is given to somebody who is being merged away reaches the person', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [tag, body] = [`tag ${round}`, `note ${round}`];
    const [{ merge }] = await Promise.all([
      desk.merge('anon:a', 'anon:b'),
      desk.tag('anon:a', tag),
      desk.note('anon:a', body),
    ]);
    expect(await desk.tags('anon:a')).toContain(tag);
    expect(await desk.bodies('anon:a')).toContain(body);
    await desk.undo(merge.id);
    await expectExact();
  }
});

it('a tag taken away while its person is separated is left with one of them at the most', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { merge } = await desk.merge('anon:a', 'anon:b');
    await desk.tag('anon:b', 'vip'); // kept by b, the survivor
    const [, untagged] = await Promise.allSettled([desk.undo(merge.id), desk.untag('anon:a', 'vip')]);
    await expectExact();
    // Before the separation it was the person's; behind it, a never had it.
    expect((await desk.tags('anon:b')).includes('vip')).toBe(untagged.status === 'rejected');
    expect(await desk.tags('anon:a')).toEqual([]);
  }
});

it('a storm of all of it ends with profiles that say what is stored', async () => {
  const refs = ['anon:a', 'anon:b', 'anon:c'];
  const worker = async (n: number) => {
    for (let step = 0; step < ROUNDS; step++) {
      const [ref = '', other = ''] = [refs[(n + step) % 3], refs[(n + step + 1) % 3]];
      const calls = [
        () => desk.tag(ref, `t${step % 4}`),
        () => desk.untag(ref, `t${step % 4}`),
        () => desk.note(ref, `${n} ${step}`),
        () => desk.merge(ref, other),
        async () => {
          const open = (await desk.merges(ref)).find(({ undoneAt }) => undoneAt === null);
          return desk.undo(open?.id ?? null);
        },
        () => desk.track({ anonymousId: ref.slice('anon:'.length) }),
      ];
      await calls[(n * 5 + step) % calls.length]?.().catch((thrown: { readonly code?: string }) => {
        if (!EXPECTED.has(thrown.code ?? '')) throw thrown;
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, n) => worker(n)));
  await expectExact();
});

/** What may well be refused when others were faster. */
const EXPECTED = new Set(['not_found', 'already_merged', 'already_undone']);

/** Every profile has the tags of the records whose root it is. */
async function expectExact(): Promise<void> {
  const rows = await world.db.rows<{ shown: string[]; kept: string[] }>(sql`/* test.tags */
    SELECT p.tags AS shown, ARRAY(
      SELECT DISTINCT t.tag COLLATE "C" FROM record r
      JOIN visitor_tag t ON t.workspace_id = r.workspace_id AND t.record_id = r.id
      WHERE r.workspace_id = p.workspace_id AND r.canonical_id = p.id
      ORDER BY 1
    ) AS kept
    FROM profile p WHERE p.workspace_id = ${desk.ctx.caller.workspaceId}::uuid`);
  expect(rows.length).toBeGreaterThan(0);
  for (const { shown, kept } of rows) expect(shown).toEqual(kept);
}
