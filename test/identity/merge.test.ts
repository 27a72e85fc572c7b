/** Merging by hand: whose values win, what is refused, and what a dry run leaves untouched. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
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

/** Every row of the workspace, as text. */
async function everyRow(): Promise<string> {
  const tables = await world.db.rows<{ name: string }>(sql`/* test.tables */
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'workspace_id' ORDER BY table_name`);
  const dumps = await Promise.all(
    tables.map(({ name }) =>
      world.db.rows<{ dump: unknown }>(sql`/* test.dump */
        SELECT query_to_xml(format('SELECT t::text FROM %I t WHERE workspace_id = %L ORDER BY 1', ${name}::text,
          ${desk.ctx.caller.workspaceId}::text), true, false, '')::text AS dump`),
    ),
  );
  expect(dumps.length).toBeGreaterThan(10);
  return JSON.stringify(dumps);
}

describe('a merge by hand', () => {
  it("keeps the target's values where both have one, and adopts the missing ones", async () => {
    await desk.update({ anonymousId: 'target' }, { name: 'Ann', plan: 'free' });
    world.clock.advance(1000);
    await desk.update({ anonymousId: 'source' }, { name: 'Anna', email: 'ann@example.com', plan: 'pro', seats: 3 });
    const { visitor } = await desk.merge('anon:source', 'anon:target');
    expect(visitor).toMatchObject({
      ...{ name: 'Ann', email: 'ann@example.com' },
      attributes: { plan: 'free', seats: 3 },
    });
    expect(await desk.visitor('anon:source')).toEqual(visitor);
  });

  it('adopts what the target had removed', async () => {
    await desk.update({ anonymousId: 'source' }, { phone: '+1' });
    world.clock.advance(1000);
    await desk.update({ anonymousId: 'target' }, { phone: null });
    expect((await desk.merge('anon:source', 'anon:target')).visitor.phone).toBe('+1');
  });

  it("keeps the target's value although the source removed it later", async () => {
    await desk.update({ anonymousId: 'target' }, { phone: '+1' });
    world.clock.advance(1000);
    await desk.update({ anonymousId: 'source' }, { phone: null });
    expect((await desk.merge('anon:source', 'anon:target')).visitor.phone).toBe('+1');
  });

  it('takes overrides before both, and null as nothing', async () => {
    await desk.update({ anonymousId: 'target' }, { name: 'Ann', phone: '+1', plan: 'free' });
    await desk.update({ anonymousId: 'source' }, { name: 'Anna', phone: '+2', plan: 'pro' });
    const overrides = { name: 'Annie', phone: null, attributes: { plan: 'trial' } };
    const { visitor } = await desk.merge('anon:source', 'anon:target', { overrides });
    expect(visitor).toMatchObject({ name: 'Annie', phone: null, attributes: { plan: 'trial' } });
  });

  it('keeps its overrides until something newer is said, and against everything older', async () => {
    const then = world.clock.now().toISOString();
    await desk.update({ anonymousId: 'target' }, { name: 'Ann' });
    await desk.track({ anonymousId: 'source' });
    world.clock.advance(1000);
    await desk.merge('anon:source', 'anon:target', { overrides: { name: 'Annie' } });
    await desk.update({ anonymousId: 'target' }, { name: 'Late' }, { timestamp: then });
    expect((await desk.visitor('anon:target')).name).toBe('Annie');
    world.clock.advance(1000);
    await desk.update({ anonymousId: 'source' }, { name: 'New' });
    expect((await desk.visitor('anon:target')).name).toBe('New');
  });

  it('leaves browser, system and place to whatever was seen last', async () => {
    const context = { country: 'DE', timezone: 'Europe/Berlin' };
    await desk.track({ anonymousId: 'target' }, 'x', { context: { country: 'US' } });
    world.clock.advance(1000);
    await desk.track({ anonymousId: 'source' }, 'x', { context });
    const { visitor, merge } = await desk.merge('anon:source', 'anon:target');
    expect(visitor.location).toEqual({ city: null, ...context });
    expect(merge.conflicts).toEqual([]);
  });

  it('says of each field both had what was chosen', async () => {
    await desk.update({ anonymousId: 'target' }, { name: 'Ann', plan: 'free', role: 'Admin' });
    await desk.update({ anonymousId: 'source' }, { name: 'Anna', plan: 'free', role: 'Owner' });
    const { merge } = await desk.merge('anon:source', 'anon:target', { overrides: { name: 'Annie' } });
    expect(merge.conflicts).toEqual([
      { field: 'attributes.role', source: 'Owner', target: 'Admin', chosen: 'Admin' },
      { field: 'name', source: 'Anna', target: 'Ann', chosen: 'Annie' },
    ]);
  });

  it('gathers events, page views, sessions and seen times under the target', async () => {
    await desk.track({ anonymousId: 'source', sessionId: 's1' }, 'first');
    world.clock.advance(60_000);
    await desk.track({ anonymousId: 'target', sessionId: 's1' }, 'second');
    await desk.send({ type: 'page', url: '/', anonymousId: 'target' });
    const [source, target] = [await desk.visitor('anon:source'), await desk.visitor('anon:target')];
    const { visitor } = await desk.merge('anon:source', 'anon:target');
    expect(visitor).toMatchObject({
      ...{ id: target.id, mergedFrom: [source.id], eventCount: 2, sessionCount: 2 },
      ...{ firstSeenAt: source.firstSeenAt, lastSeenAt: target.lastSeenAt },
    });
    expect(await desk.eventNames('anon:target')).toEqual(['second', 'first']);
  });

  it("keeps the target's userId, however it came to it", async () => {
    await desk.track({ anonymousId: 'target' });
    await desk.track({ anonymousId: 'between' });
    await desk.track({ userId: 'u1' });
    await desk.track({ userId: 'u2' });
    await desk.merge('user:u1', 'anon:between');
    await desk.merge('anon:between', 'anon:target');
    const wishes = { allowIdentified: true };
    const foreseen = await desk.merge('user:u2', 'anon:target', { ...wishes, dryRun: true });
    const { visitor } = await desk.merge('user:u2', 'anon:target', wishes);
    expect(foreseen.visitor.userId).toBe('u1');
    expect(visitor.userId).toBe('u1');
  });

  it('records who did it', async () => {
    await desk.track({ anonymousId: 'source' });
    await desk.track({ anonymousId: 'target' });
    const { merge } = await desk.merge('anon:source', 'anon:target');
    expect(merge).toMatchObject({ kind: 'manual', by: desk.ctx.caller.by, undoneAt: null });
    expect(await desk.merges('anon:target')).toMatchObject([{ id: merge.id, by: desk.ctx.caller.by }]);
  });
});

describe('a merge is refused', () => {
  it.each([
    ['of a visitor with itself', 'anon:a1', 'anon:a1', 'self_merge'],
    ['of two ids of one person', 'anon:a1', 'anon:a2', 'already_merged'],
    ['of a merged-away id with its survivor', 'anon:a2', 'anon:a1', 'already_merged'],
    ['of two identified people', 'user:u1', 'user:u2', 'identified_conflict'],
    ['of an unknown source', 'anon:nobody', 'anon:a1', 'not_found'],
    ['of an unknown target', 'anon:a1', 'user:nobody', 'not_found'],
    ['of something that is no reference', 'a1', 'user:u1', 'not_found'],
  ])('%s', async (_case, source, target, code) => {
    for (const anonymousId of ['a1', 'a2']) await desk.track({ anonymousId });
    for (const userId of ['u1', 'u2']) await desk.track({ userId });
    await desk.merge('anon:a2', 'anon:a1');
    const before = await everyRow();
    await expect(desk.merge(source, target)).rejects.toMatchObject({ code });
    expect(await everyRow()).toBe(before);
  });

  it("of another workspace's visitor, like an unknown one", async () => {
    const elsewhere = await openDesk(world);
    await elsewhere.track({ anonymousId: 'a1' });
    await desk.track({ anonymousId: 'a2' });
    const foreign = await elsewhere.id('anon:a1');
    await expect(desk.merge(foreign, 'anon:a2')).rejects.toMatchObject({ code: 'not_found' });
    await expect(desk.merge('anon:a2', foreign)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('unless both being identified is allowed', async () => {
    for (const userId of ['u1', 'u2']) await desk.track({ userId });
    const { visitor } = await desk.merge('user:u1', 'user:u2', { allowIdentified: true });
    expect(visitor.userId).toBe('u2');
    expect(await desk.id('user:u1')).toBe(await desk.id('user:u2'));
  });
});

describe('a dry run', () => {
  beforeEach(async () => {
    await desk.update({ anonymousId: 'source' }, { name: 'Anna', email: 'ann@example.com' });
    await desk.update({ anonymousId: 'target' }, { name: 'Ann' });
  });

  it('changes no row of any table', async () => {
    const before = await everyRow();
    await desk.merge('anon:source', 'anon:target', { dryRun: true, overrides: { company: 'Acme' } });
    expect(await everyRow()).toBe(before);
  });

  it('answers what the merge then does', async () => {
    const { merge, visitor } = await desk.merge('anon:source', 'anon:target', { dryRun: true });
    expect(merge).toMatchObject({ id: null, createdAt: null });
    const planHash = merge.planHash ?? '';
    const done = await desk.merge('anon:source', 'anon:target', { planHash });
    expect(done.visitor).toEqual(visitor);
    expect(done.merge.planHash).toBe(planHash);
  });

  it('names the company the merge will set', async () => {
    await desk.update({ anonymousId: 'third' }, { company: { id: 'acme', name: 'Acme Ltd' } });
    const overrides = { company: { id: 'acme' } };
    const { visitor } = await desk.merge('anon:source', 'anon:target', { dryRun: true, overrides });
    const done = await desk.merge('anon:source', 'anon:target', { overrides });
    expect(visitor.company).toEqual(done.visitor.company);
    expect(visitor.company).toMatchObject({ externalId: 'acme', name: 'Acme Ltd' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a value', () => desk.update({ anonymousId: 'target' }, { phone: '+1' })],
    ['an attribute', () => desk.update({ anonymousId: 'source' }, { plan: 'pro' })],
    ['a link', () => desk.identify('u1', 'target')],
  ])('is stale when %s changed since, and the refusal holds the new plan', async (_what, change) => {
    const { merge } = await desk.merge('anon:source', 'anon:target', { dryRun: true });
    world.clock.advance(1000);
    await change();
    const refused = desk.merge('anon:source', 'anon:target', { planHash: merge.planHash ?? '' });
    await expect(refused).rejects.toMatchObject({
      code: 'stale_plan',
      facts: { plan: { kind: 'manual', id: null, createdAt: null } },
    });
    const again = await desk.merge('anon:source', 'anon:target', { dryRun: true });
    await expect(desk.merge('anon:source', 'anon:target', { planHash: 'other' })).rejects.toMatchObject({
      facts: { plan: { planHash: again.merge.planHash } },
    });
  });

  it('is not stale when only counts and times changed since', async () => {
    const { merge } = await desk.merge('anon:source', 'anon:target', { dryRun: true });
    world.clock.advance(1000);
    await desk.track({ anonymousId: 'target', sessionId: 's1' });
    await expect(desk.merge('anon:source', 'anon:target', { planHash: merge.planHash ?? '' })).resolves.toBeTruthy();
  });
});
