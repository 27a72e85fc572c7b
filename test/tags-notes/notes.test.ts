/** Notes: written, changed and deleted, and whose they are after merging and separating. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listNotes } from '../../src/services/note-list.ts';
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

describe('a note', () => {
  it('says who wrote it and when, and who changed it', async () => {
    const { by } = desk.ctx.caller;
    const createdAt = world.clock.now().toISOString();
    const written = await desk.note('anon:a', 'Called.');
    const visitorId = await desk.id('anon:a');
    expect(written).toEqual({
      ...{ id: expect.stringMatching(/^not_/), visitorId, body: 'Called.', createdAt, by },
      ...{ updatedAt: null, updatedBy: null },
    });
    world.clock.advance(1000);
    const updatedAt = world.clock.now().toISOString();
    const changed = { ...written, body: 'Called twice.', updatedAt, updatedBy: by };
    expect(await desk.rewrite('anon:a', written.id, 'Called twice.')).toEqual(changed);
    expect(await desk.notes('anon:a')).toEqual([changed]);
  });

  it('keeps its text as it was written', async () => {
    const body = '  <script>alert(1)</script>\r\n\t%00 \\u0000 {"a":1} \u202e𝒶 ';
    expect((await desk.note('anon:a', body)).body).toBe(body);
    expect(await desk.bodies('anon:a')).toEqual([body]);
  });

  it('may have 32 KB and no more, counted in bytes', async () => {
    const long = 'é'.repeat(16_384);
    expect((await desk.note('anon:a', long)).body).toHaveLength(16_384);
    const refused = { code: 'value_too_long', faults: [{ pointer: '/body' }], facts: { limit: 32_768 } };
    await expect(desk.note('anon:a', `${long}x`)).rejects.toMatchObject(refused);
    const [{ id } = { id: '' }] = await desk.notes('anon:a');
    await expect(desk.rewrite('anon:a', id, `${long}x`)).rejects.toMatchObject(refused);
  });

  it('that is deleted is gone, and cannot be deleted or changed again', async () => {
    const { id } = await desk.note('anon:a', 'Called.');
    await desk.unwrite('anon:a', id);
    expect(await desk.notes('anon:a')).toEqual([]);
    await expect(desk.unwrite('anon:a', id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(desk.rewrite('anon:a', id, 'x')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of another visitor is not found under this one, and stays', async () => {
    const { id } = await desk.note('anon:a', 'Called.');
    await expect(desk.unwrite('anon:b', id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(desk.rewrite('anon:b', id, 'x')).rejects.toMatchObject({ code: 'not_found' });
    expect(await desk.bodies('anon:a')).toEqual(['Called.']);
  });
});

describe('the list of notes', () => {
  it('is newest first, page by page, over all records of the person', async () => {
    await desk.merge('anon:a', 'anon:b');
    for (const [i, ref] of ['anon:a', 'anon:b', 'anon:a', 'anon:b', 'anon:a'].entries()) {
      if (i > 2) world.clock.advance(1000); // the first ones at one moment: their ids decide
      await desk.note(ref, `${i}`);
    }
    const read: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { items, meta } = await listNotes(desk.ctx, 'anon:a', { limit: 2, cursor });
      expect(meta.total).toBe(5);
      read.push(...items.map(({ body }) => body));
      cursor = meta.nextCursor;
    }
    expect(read).toEqual(['4', '3', '2', '1', '0']);
  });

  it('says whom it was found by, when that was merged away', async () => {
    const away = await desk.id('anon:a');
    await desk.note('anon:a', 'Called.');
    await desk.merge('anon:a', 'anon:b');
    const survivor = await desk.id('anon:b');
    const { items, redirectedFrom, visitorId } = await listNotes(desk.ctx, away, { limit: 20 });
    expect([redirectedFrom, visitorId, items[0]?.visitorId]).toEqual([away, survivor, survivor]);
  });
});

describe('a merge', () => {
  it('that is undone leaves every note with the record it was written on', async () => {
    await desk.note('anon:a', 'before, about a');
    await desk.note('anon:b', 'before, about b');
    const { merge } = await desk.merge('anon:a', 'anon:b');
    await desk.note('anon:a', 'since');
    expect((await desk.bodies('anon:a')).sort()).toEqual(['before, about a', 'before, about b', 'since']);
    await desk.undo(merge.id);
    expect(await desk.bodies('anon:a')).toEqual(['before, about a']);
    expect((await desk.bodies('anon:b')).sort()).toEqual(['before, about b', 'since']);
  });

  it('lets either id change what was written on the other', async () => {
    const { id } = await desk.note('anon:a', 'Called.');
    const { merge } = await desk.merge('anon:a', 'anon:b');
    expect((await desk.rewrite('anon:b', id, 'Called b.')).visitorId).toBe(await desk.id('anon:b'));
    await desk.undo(merge.id);
    expect(await desk.bodies('anon:a')).toEqual(['Called b.']);
    await expect(desk.unwrite('anon:b', id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
