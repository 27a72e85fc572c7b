/** Tags: given and taken away, and where they are after merging and separating. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import { createWorld, type World } from '../support/world.ts';
import { openTagDesk, type TagDesk } from './desk.ts';

let world: World;
let desk: TagDesk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openTagDesk(world);
  await desk.visitors('a', 'b');
});

describe('a tag', () => {
  it('is answered with those there were, in order', async () => {
    await desk.tag('anon:a', 'vip');
    expect(await desk.tag('anon:a', 'beta')).toEqual(['beta', 'vip']);
    expect(await desk.tags('anon:a')).toEqual(['beta', 'vip']);
    expect(await desk.tags('anon:b')).toEqual([]);
  });

  it('given again, in any spelling, changes nothing', async () => {
    await desk.tag('anon:a', 'vip');
    world.clock.advance(60_000);
    expect(await desk.tag('anon:a', ' VIP ')).toEqual(['vip']);
    expect(await stored()).toMatchObject([{ created_at: new Date(world.clock.now().getTime() - 60_000) }]);
  });

  it('is recorded with who gave it and when', async () => {
    await desk.tag('anon:a', 'vip');
    expect(await stored()).toEqual([{ tag: 'vip', by: desk.ctx.caller.by, created_at: world.clock.now() }]);
  });

  it('taken away in any spelling is gone, and cannot be taken away again', async () => {
    await desk.tag('anon:a', 'big spender');
    expect(await desk.untag('anon:a', 'Big  Spender')).toEqual([]);
    await expect(desk.untag('anon:a', 'big spender')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('orders by code points, as every database can', async () => {
    for (const tag of ['zebra', 'Ähre', 'apfel', '⭐', '𝒶', '10', '9', 'ａ']) await desk.tag('anon:a', tag);
    expect(await desk.tags('anon:a')).toEqual(['10', '9', 'apfel', 'zebra', 'ähre', '⭐', 'ａ', '𝒶']);
  });

  it('leaves the etag of the profile as it is', async () => {
    const { etag } = await desk.reply('anon:a');
    await desk.tag('anon:a', 'vip');
    expect((await desk.reply('anon:a')).etag).toBe(etag);
  });

  it('may have 64 characters and no more', async () => {
    const long = 'x'.repeat(64);
    expect(await desk.tag('anon:a', `  ${long}  `)).toEqual([long]);
    const refused = { code: 'value_too_long', faults: [{ pointer: '/tag' }], facts: { limit: 64 } };
    await expect(desk.tag('anon:a', `${long}x`)).rejects.toMatchObject(refused);
  });

  async function stored() {
    return desk.ctx.db.rows(sql`/* test.tags */
      SELECT tag, by, created_at FROM visitor_tag WHERE workspace_id = ${desk.ctx.caller.workspaceId}::uuid`);
  }
});

describe('a merge', () => {
  it('unites the tags, as its preview says', async () => {
    for (const [ref, tag] of [
      ['anon:a', 'vip'],
      ['anon:a', 'ａ'],
      ['anon:b', 'beta'],
      ['anon:b', '𝒶'],
      ['anon:b', 'vip'],
    ] as const) {
      await desk.tag(ref, tag);
    }
    const { visitor } = await desk.merge('anon:a', 'anon:b', { dryRun: true });
    expect(visitor.tags).toEqual(['beta', 'vip', 'ａ', '𝒶']);
    expect((await desk.merge('anon:a', 'anon:b')).visitor.tags).toEqual(visitor.tags);
    expect(await desk.tags('anon:a')).toEqual(visitor.tags);
  });

  it('that is undone gives each their own back', async () => {
    await desk.tag('anon:a', 'vip');
    await desk.tag('anon:b', 'beta');
    const { merge } = await desk.merge('anon:a', 'anon:b');
    await desk.undo(merge.id);
    expect([await desk.tags('anon:a'), await desk.tags('anon:b')]).toEqual([['vip'], ['beta']]);
  });

  it('that is undone leaves what was given since with the survivor, also what the other one had', async () => {
    await desk.tag('anon:a', 'vip');
    const { merge } = await desk.merge('anon:a', 'anon:b');
    await desk.tag('anon:a', 'beta');
    await desk.tag('anon:a', 'vip');
    await desk.undo(merge.id);
    expect([await desk.tags('anon:a'), await desk.tags('anon:b')]).toEqual([['vip'], ['beta', 'vip']]);
  });

  it('that is undone brings back no tag that was taken from the person', async () => {
    await desk.tag('anon:a', 'vip');
    await desk.tag('anon:b', 'vip');
    const { merge } = await desk.merge('anon:a', 'anon:b');
    expect(await desk.untag('anon:a', 'vip')).toEqual([]);
    await desk.undo(merge.id);
    expect([await desk.tags('anon:a'), await desk.tags('anon:b')]).toEqual([[], []]);
  });

  it('by identifying unites them too', async () => {
    await desk.identify('ann');
    await desk.tag('user:ann', 'vip');
    await desk.tag('anon:a', 'beta');
    await desk.identify('ann', 'a');
    expect(await desk.tags('user:ann')).toEqual(['beta', 'vip']);
  });
});
