/** Companies as visitors show them: what a company is called now, whoever said so and whenever. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

const group = (userId: string, traits: Readonly<Record<string, unknown>> = {}) =>
  desk.send({ type: 'group', groupId: 'c1', userId, traits });

describe('the name of a company', () => {
  it('shows in every visitor who belongs to it, also those who never said it', async () => {
    await group('u1', { name: 'Acme' });
    await group('u2');
    expect([await shown('u1'), await shown('u2')]).toEqual([
      ['Acme', 'Acme'],
      ['Acme', 'Acme'],
    ]);
  });

  it('changes for all of them at once', async () => {
    await group('u1', { name: 'Acme' });
    world.clock.advance(1000);
    await group('u2', { name: 'Acme Ltd' });
    expect(await shown('u1')).toEqual(['Acme Ltd', 'Acme Ltd']);
  });

  it('is its id as long as nobody says one', async () => {
    await group('u1');
    expect(await shown('u1')).toEqual(['c1', 'c1']);
  });

  it('is no conflict of a merge of two who belong to it, nor a reason to refuse an edit', async () => {
    await group('u1', { name: 'Acme' });
    await group('u2');
    const { etag } = await desk.reply('user:u2');
    world.clock.advance(1000);
    await group('u1', { name: 'Acme Ltd' });
    expect((await desk.reply('user:u2')).etag).toBe(etag);
    const { merge } = await desk.merge('user:u1', 'user:u2', { allowIdentified: true, dryRun: true });
    expect(merge.conflicts).toEqual([]);
  });

  it.each([
    ['new, by its name', 'Umbra'],
    ['new, by its id', { id: 'umbra' }],
    ['known, and called as before', { id: 'c1' }],
    ['known, and called anew', { id: 'c1', name: 'Acme Ltd' }],
    ['known, and called nothing', { id: 'c1', name: null }],
  ])('in a preview of a merge is what it will be: %s', async (_what, company) => {
    await group('u1', { name: 'Acme' });
    await desk.track({ anonymousId: 'a1' });
    world.clock.advance(1000);
    const wishes = { overrides: { company } } as Parameters<Desk['merge']>[2];
    const preview = await desk.merge('anon:a1', 'user:u1', { ...wishes, dryRun: true });
    const { visitor } = await desk.merge('anon:a1', 'user:u1', wishes);
    expect(preview.visitor.attributes).toEqual(visitor.attributes);
  });
});

async function shown(userId: string) {
  const { company, attributes } = await desk.visitor(`user:${userId}`);
  return [company?.name, attributes.company];
}
