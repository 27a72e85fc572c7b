/** What is sent about somebody who is suppressed: judged by its date and by the identifier it would be stored under. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import type { ItemResult } from '../../src/ingest/pipeline.ts';
import { identifierHash } from '../../src/services/keyed-hash.ts';
import { suppress } from '../../src/services/suppression.ts';
import { getVisitor } from '../../src/services/visitor.ts';
import { inWork } from '../../src/services/work.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';

const UNTIL = '2026-01-15T09:00:00.000Z';
const AFTER = '2026-01-15T09:00:00.001Z';

describe('a suppressed identifier', () => {
  let world: World;
  let ws: TestWorkspace;

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ws = await world.workspace();
  });

  it('suppresses what is dated until the last moment, and stores what is dated after it', async () => {
    await suppressed('user', 'u1');
    expect(await send(track({ userId: 'u1' }, UNTIL))).toMatchObject({ status: 'suppressed', code: 'erased' });
    expect(await exists('user:u1')).toBe(false);
    expect(await send(track({ userId: 'u1' }, AFTER))).toMatchObject({ status: 'accepted' });
    expect(await exists('user:u1')).toBe(true);
  });

  it('suppresses late items of somebody who came back, however often they are sent', async () => {
    await suppressed('user', 'u1');
    await send(track({ userId: 'u1' }, AFTER));
    for (const _ of [1, 2]) expect(await send(track({ userId: 'u1' }, UNTIL))).toMatchObject({ status: 'suppressed' });
    expect(await eventCount('user:u1')).toBe(1);
  });

  it('keeps no message id of what it suppressed', async () => {
    await suppressed('user', 'u1');
    const item = { ...track({ userId: 'u1' }, UNTIL), messageId: 'm1' };
    expect((await send(item)).status).toBe('suppressed');
    expect((await send({ ...item, timestamp: AFTER })).status).toBe('accepted');
    expect((await send({ ...item, timestamp: AFTER })).status).toBe('duplicate');
  });

  it('suppresses a repetition rather than calling it a duplicate', async () => {
    const item = { ...track({ userId: 'u1' }, UNTIL), messageId: 'm1' };
    await send(item);
    await world.db.run(sql`/* test.forget */ DELETE FROM record WHERE workspace_id = ${ws.caller.workspaceId}::uuid`);
    await suppressed('user', 'u1');
    expect(await send(item)).toMatchObject({ status: 'suppressed', code: 'erased' });
  });

  it('rejects what cannot be understood before it suppresses', async () => {
    await suppressed('user', 'u1');
    expect(await send({ type: 'track', userId: 'u1', timestamp: UNTIL })).toMatchObject({
      status: 'rejected',
      code: 'missing_field',
    });
  });

  it('does not take the next user of the same browser with it', async () => {
    await suppressed('anon', 'a1');
    const identify = { type: 'identify', userId: 'next', anonymousId: 'a1', sessionId: 's1', timestamp: UNTIL };
    expect(await send(identify)).toMatchObject({ status: 'accepted' });
    expect(await exists('anon:a1')).toBe(false);
    expect((await getVisitor(ws, 'user:next')).visitor).toMatchObject({ sessionCount: 1, mergedFrom: [] });
  });

  it('is no part of an alias either', async () => {
    await suppressed('anon', 'a1');
    expect((await send({ type: 'alias', previousId: 'a1', userId: 'u1', timestamp: UNTIL })).status).toBe('accepted');
    expect(await exists('anon:a1')).toBe(false);
    expect((await send({ type: 'alias', previousId: 'a1', userId: 'u1', timestamp: AFTER })).status).toBe('accepted');
    expect(await exists('anon:a1')).toBe(true);
  });

  it('never harms its neighbours', async () => {
    await suppressed('user', 'u1');
    const results = await world.ingest.submit(ws, [
      track({ userId: 'other' }, UNTIL),
      track({ userId: 'u1' }, UNTIL),
      track({ userId: 'u1' }, AFTER),
      track({ userId: 'other' }, UNTIL),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'suppressed', 'accepted', 'accepted']);
    expect(await eventCount('user:other')).toBe(2);
    expect(await eventCount('user:u1')).toBe(1);
  });

  it('suppresses in its own workspace only', async () => {
    await suppressed('user', 'u1');
    const other = await world.workspace();
    const [result] = await world.ingest.submit(other, [track({ userId: 'u1' }, UNTIL)]);
    expect(result?.status).toBe('accepted');
  });

  it('keeps the later of two moments', async () => {
    await suppressed('user', 'u1', AFTER);
    await suppressed('user', 'u1', UNTIL);
    expect((await send(track({ userId: 'u1' }, AFTER))).status).toBe('suppressed');
  });

  it.each(['visitorId', 'userId'])('is noticed although the process remembers its record (by %s)', async (by) => {
    const { visitorId = '' } = await send(track({ userId: 'u1' }, UNTIL));
    const who = by === 'userId' ? { userId: 'u1' } : { visitorId };
    await beingErased();
    const results = [await send(track(who, UNTIL)), await send(track(who, AFTER))];
    expect(results[0]).toMatchObject({ status: 'suppressed', code: 'erased' });
    expect(results[1]).toMatchObject(
      by === 'userId' ? { status: 'accepted' } : { status: 'rejected', code: 'unknown_visitor' },
    );
  });

  it('takes a heartbeat that was held back for a new one', async () => {
    const beat = { type: 'session', action: 'heartbeat', userId: 'u1', sessionId: 's1', timestamp: UNTIL };
    await send(beat);
    expect((await send(beat)).status).toBe('accepted');
    await beingErased();
    expect(await send(beat)).toMatchObject({ status: 'suppressed', code: 'erased' });
  });

  it('receives nothing under the id of an anonymized visitor, whatever its date', async () => {
    const { visitorId } = await send(track({ userId: 'u1' }, UNTIL));
    await anonymized();
    for (const at of [UNTIL, AFTER]) expect((await send(track({ visitorId }, at))).status).toBe('suppressed');
    expect((await send(track({ userId: 'u1' }, UNTIL))).status).toBe('suppressed');
    const again = await send(track({ userId: 'u1' }, AFTER));
    expect(again).toMatchObject({ status: 'accepted' });
    expect(again.visitorId).not.toBe(visitorId);
  });

  /** As the first commit of a deletion leaves it. */
  async function beingErased(): Promise<void> {
    await suppressAll();
    const { workspaceId } = ws.caller;
    await world.db.run(sql`/* test.erase */
      UPDATE record SET erased_at = now() WHERE workspace_id = ${workspaceId}::uuid`);
    await world.db.run(sql`/* test.forget */ DELETE FROM identifier WHERE workspace_id = ${workspaceId}::uuid`);
    await world.db.run(sql`/* test.forget */ DELETE FROM profile WHERE workspace_id = ${workspaceId}::uuid`);
  }

  async function anonymized(): Promise<void> {
    await suppressAll();
    const { workspaceId } = ws.caller;
    await world.db.run(sql`/* test.anonymize */
      UPDATE record SET anonymized_at = now() WHERE workspace_id = ${workspaceId}::uuid`);
    await world.db.run(sql`/* test.forget */ DELETE FROM identifier WHERE workspace_id = ${workspaceId}::uuid`);
  }

  async function suppressAll(): Promise<void> {
    const records = await world.db.rows<{ id: string }>(sql`/* test.records */
      SELECT id FROM record WHERE workspace_id = ${ws.caller.workspaceId}::uuid`);
    for (const { id } of records) await suppressed('visitor', id);
    await suppressed('user', 'u1');
  }

  function suppressed(kind: 'user' | 'anon' | 'visitor', value: string, until = UNTIL): Promise<void> {
    const { workspaceId, hashKey } = ws.caller;
    const hashes = [identifierHash(hashKey, kind, value)];
    return inWork(ws, workspaceId, (work) => suppress(work, { hashes, until: new Date(until), erasureId: null }));
  }

  async function send(item: object): Promise<ItemResult> {
    const [result] = await world.ingest.submit(ws, [item]);
    return result as ItemResult;
  }

  function track(who: object, timestamp: string) {
    return { type: 'track', name: 'clicked', ...who, timestamp };
  }

  function exists(ref: string): Promise<boolean> {
    return getVisitor(ws, ref).then(
      () => true,
      () => false,
    );
  }

  async function eventCount(ref: string): Promise<number> {
    return (await getVisitor(ws, ref)).visitor.eventCount;
  }
});

describe('a message id', () => {
  it('of a page is another one than the same of a server', async () => {
    const world = await createWorld();
    const ws = await world.workspace();
    const item = { type: 'track', name: 'clicked', anonymousId: 'a1', messageId: 'order-1' };
    const page = ws.as({ kind: 'publishable', scopes: new Set() });
    const results = [];
    for (const sender of [page, ws, page, ws]) results.push(...(await world.ingest.submit(sender, [item])));
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'duplicate', 'duplicate']);
    await world.close();
  });
});
