/** What a visitor token opens: before and after merges, after they are taken back, and when the records are gone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallingVisitor } from '../../src/context.ts';
import { sql } from '../../src/infra/sql.ts';
import { VISITOR_TOKEN_MS } from '../../src/limits.ts';
import { recordsOpenTo } from '../../src/services/open-records.ts';
import { type Desk, openDesk } from '../identity/desk.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  desk = await openDesk(world);
});
afterAll(() => world.close());

const token = (anonymousId: string, userId?: string): CallingVisitor => ({
  ...{ anonymousId, userId },
  expiresAt: world.clock.now().getTime() + VISITOR_TOKEN_MS,
});

/** The identifiers whose records are open, by name. */
async function opened(visitor: CallingVisitor, ctx = desk.ctx): Promise<string[]> {
  const open = await recordsOpenTo(ctx, visitor);
  const rows = await world.db.rows<{ name: string }>(sql`/* test.names */
    SELECT kind || ':' || value AS name FROM identifier WHERE record_id = ANY(${open}::uuid[]) ORDER BY 1`);
  expect(rows).toHaveLength(open.length);
  return rows.map(({ name }) => name);
}

describe('an unproven token', () => {
  it('opens the record of its anonymousId', async () => {
    await desk.track({ anonymousId: 'a1' });
    await desk.track({ anonymousId: 'a2' });
    expect(await opened(token('a1'))).toEqual(['anon:a1']);
  });

  it('opens nothing for an anonymousId nobody has seen, nor for a userId of that text', async () => {
    await desk.identify('a1');
    expect(await opened(token('a1'))).toEqual([]);
  });

  it.each(['before', 'after'])('opens no more when it was issued %s its visitor became a user', async () => {
    await desk.track({ anonymousId: 'a1' });
    await desk.identify('ann', 'a1');
    await desk.identify('ann', 'a2');
    expect(await opened(token('a1'))).toEqual(['anon:a1']);
    expect(await opened(token('a2'))).toEqual(['anon:a2']);
  });

  it('opens no more after a merge by hand, in either direction, nor after it is taken back', async () => {
    await desk.identify('ann', 'a1');
    await desk.track({ anonymousId: 'a2' });
    const { merge } = await desk.merge('anon:a2', 'user:ann');
    expect([await opened(token('a1')), await opened(token('a2'))]).toEqual([['anon:a1'], ['anon:a2']]);
    await desk.undo(merge.id);
    expect([await opened(token('a1')), await opened(token('a2'))]).toEqual([['anon:a1'], ['anon:a2']]);
  });
});

describe('a token with a proven userId', () => {
  it('opens the whole person, and its own record', async () => {
    await desk.identify('ann', 'a1');
    await desk.identify('ann', 'a2');
    await desk.track({ anonymousId: 'a3' });
    expect(await opened(token('a3', 'ann'))).toEqual(['anon:a1', 'anon:a2', 'anon:a3', 'user:ann']);
  });

  it('follows merges and un-merges of the person', async () => {
    await desk.identify('ann', 'a1');
    await desk.identify('bob', 'b1');
    const { merge } = await desk.merge('user:bob', 'user:ann', { allowIdentified: true });
    expect(await opened(token('a1', 'ann'))).toEqual(['anon:a1', 'anon:b1', 'user:ann', 'user:bob']);
    expect(await opened(token('b1', 'bob'))).toEqual(['anon:a1', 'anon:b1', 'user:ann', 'user:bob']);
    await desk.undo(merge.id);
    expect(await opened(token('a1', 'ann'))).toEqual(['anon:a1', 'user:ann']);
    expect(await opened(token('b1', 'bob'))).toEqual(['anon:b1', 'user:bob']);
  });

  it('opens nothing of a person it only shares a browser with', async () => {
    await desk.identify('ann', 'shared');
    await desk.submit({ type: 'identify', userId: 'bob', anonymousId: 'shared' });
    expect(await opened(token('shared', 'bob'))).toEqual(['anon:shared', 'user:bob']);
  });
});

describe('any token', () => {
  it('opens nothing of what is gone', async () => {
    await desk.identify('ann', 'a1');
    const { workspaceId } = desk.ctx.caller;
    await world.db.run(sql`/* test.erase_edges */
      UPDATE record SET parent_id = NULL, parent_merge_id = NULL WHERE workspace_id = ${workspaceId}::uuid`);
    await world.db.run(sql`/* test.erase */ DELETE FROM record WHERE workspace_id = ${workspaceId}::uuid`);
    expect(await recordsOpenTo(desk.ctx, token('a1', 'ann'))).toEqual([]);
  });

  it('opens nothing of another workspace', async () => {
    const other = await openDesk(world);
    await other.identify('ann', 'a1');
    expect(await opened(token('a1', 'ann'))).toEqual([]);
  });

  it('opens nothing once it has expired, though its connection may last', async () => {
    const visitor = token('a1');
    world.clock.advance(VISITOR_TOKEN_MS);
    await expect(recordsOpenTo(desk.ctx, visitor)).rejects.toMatchObject({ code: 'visitor_token_invalid' });
  });
});
