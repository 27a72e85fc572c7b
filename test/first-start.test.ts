/** What every start makes sure of, however often and by however many processes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../src/infra/sql.ts';
import { BootstrapConflict, ensureFirstWorkspace } from '../src/services/first-start.ts';
import { revokeKey } from '../src/services/key.ts';
import { findKey } from '../src/services/key-ring.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const workspaces = async () => (await world.db.rows(sql`/* test.workspaces */ SELECT id FROM workspace`)).length;

describe('the first start', () => {
  it('makes one workspace with working keys, although two processes start at once', async () => {
    const made = await Promise.all([ensureFirstWorkspace(world, {}), ensureFirstWorkspace(world, {})]);
    const [keys, ...others] = made.filter((each) => each !== null);
    expect(others).toEqual([]);
    expect(await workspaces()).toBe(1);
    const secret = await findKey(world, keys?.secretKey ?? '');
    const publishable = await findKey(world, keys?.publishableKey ?? '');
    expect(secret?.caller.workspaceId).toBe(publishable?.caller.workspaceId);
    expect([secret?.caller.kind, publishable?.caller.kind]).toEqual(['secret', 'publishable']);
  });

  it('makes nothing when there is a workspace', async () => {
    expect(await ensureFirstWorkspace(world, {})).toBeNull();
    expect(await workspaces()).toBe(1);
  });
});

describe('configured keys', () => {
  const configured = { secretKey: 'sk_configured_1', publishableKey: 'pk_configured_1' };

  it('work after the start, however many start at once and how often', async () => {
    const before = await workspaces();
    await Promise.all([1, 2, 3].map(() => ensureFirstWorkspace(world, configured)));
    await ensureFirstWorkspace(world, configured);
    expect(await workspaces()).toBe(before + 1);
    const found = await Promise.all(Object.values(configured).map((text) => findKey(world, text)));
    expect(found.map((key) => key?.caller.kind)).toEqual(['secret', 'publishable']);
    expect(found[0]?.caller.workspaceId).toBe(found[1]?.caller.workspaceId);
  });

  it('that come one after the other belong to one workspace', async () => {
    await ensureFirstWorkspace(world, { secretKey: 'sk_configured_2' });
    await ensureFirstWorkspace(world, { secretKey: 'sk_configured_2', publishableKey: 'pk_configured_2' });
    const [secret, publishable] = [await findKey(world, 'sk_configured_2'), await findKey(world, 'pk_configured_2')];
    expect(publishable?.caller.workspaceId).toBe(secret?.caller.workspaceId);
  });

  it('of two workspaces are a conflict, and none of it is kept', async () => {
    const before = await workspaces();
    const crossed = { secretKey: 'sk_configured_1', publishableKey: 'pk_configured_2' };
    await expect(ensureFirstWorkspace(world, crossed)).rejects.toThrow(BootstrapConflict);
    expect(await workspaces()).toBe(before);
  });

  it('do not come back once they were revoked', async () => {
    const only = { secretKey: 'sk_configured_3' };
    await ensureFirstWorkspace(world, only);
    const caller = (await findKey(world, only.secretKey))?.caller;
    if (!caller) throw new Error('The key was not made.');
    await revokeKey({ ...world, caller }, caller.by.keyId);
    await expect(ensureFirstWorkspace(world, only)).rejects.toThrow(/revoked/);
  });
});
