/** Retention: what goes, what stays, to the millisecond; that every count says what is left. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RetentionKind } from '../../src/contract/retention.ts';
import { sql } from '../../src/infra/sql.ts';
import { getRetention, updateRetention } from '../../src/services/retention.ts';
import { deleteChunk } from '../../src/services/retention-chunk.ts';
import { enforceRetention } from '../../src/services/retention-run.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';
import { miscounted } from './counts.ts';

const NOW = '2026-01-15T10:00:00.000Z';
const DAY_MS = 86_400_000;
const BOUNDARY = new Date(Date.parse(NOW) - 30 * DAY_MS).toISOString();
const JUST_OLDER = new Date(Date.parse(BOUNDARY) - 1).toISOString();
const running = () => new AbortController().signal;
const BODY = { dryRun: false };

let world: World;
beforeAll(async () => {
  world = await createWorld();
  world.clock.set(NOW);
});
afterAll(() => world.close());

const send = (workspace: TestWorkspace, items: readonly object[]) => world.ingest.submit(workspace, items);
const run = ({ caller }: TestWorkspace) =>
  enforceRetention(world, { workspaceId: caller.workspaceId, signal: running() });

async function left({ caller }: TestWorkspace, table: 'event' | 'page_view' | 'session' | 'conversation' | 'message') {
  const [row] = await world.db.rows<{ count: number }>(sql`/* test.left */
    SELECT count(*)::int AS count FROM ${sql([table] as unknown as TemplateStringsArray)}
    WHERE workspace_id = ${caller.workspaceId}::uuid`);
  return row?.count;
}

const HISTORY: readonly [RetentionKind, 'event' | 'page_view' | 'session', (timestamp: string) => object][] = [
  ['events', 'event', (timestamp) => ({ type: 'track', userId: 'ann', name: 'bought', timestamp })],
  ['pageViews', 'page_view', (timestamp) => ({ type: 'page', userId: 'ann', url: '/', timestamp })],
  [
    'sessions',
    'session',
    (timestamp) => ({ type: 'session', action: 'start', anonymousId: 'a', sessionId: timestamp, timestamp }),
  ],
];

describe('a retention run', () => {
  it.each(HISTORY)(
    'deletes %s a millisecond older than they are kept, and leaves the rest',
    async (kind, table, item) => {
      const workspace = await world.workspace();
      await send(workspace, [JUST_OLDER, BOUNDARY, NOW].map(item));
      await updateRetention(workspace, { ...BODY, [kind]: 30 });
      expect(await run(workspace)).toMatchObject({ [kind]: 1 });
      expect(await left(workspace, table)).toBe(2);
      expect(await miscounted(workspace)).toEqual([]);
      expect(await run(workspace)).toMatchObject({ [kind]: 0 });
    },
  );

  it('goes by the last activity of a session, whenever it began', async () => {
    const workspace = await world.workspace();
    const item = { type: 'session', anonymousId: 'a', sessionId: 's' };
    await send(workspace, [
      { ...item, action: 'start', timestamp: JUST_OLDER },
      { ...item, action: 'end', timestamp: BOUNDARY },
    ]);
    await updateRetention(workspace, { ...BODY, sessions: 30 });
    expect(await run(workspace)).toMatchObject({ sessions: 0 });
    expect(await left(workspace, 'session')).toBe(1);
  });

  it('deletes conversations with their messages, and counts what is left of them', async () => {
    const workspace = await world.workspace();
    await send(workspace, [{ type: 'identify', userId: 'ann', timestamp: JUST_OLDER }]);
    await converse(workspace, [JUST_OLDER, JUST_OLDER]);
    await converse(workspace, [JUST_OLDER, BOUNDARY]);
    await updateRetention(workspace, { ...BODY, conversations: 30 });
    expect(await run(workspace)).toMatchObject({ conversations: 1 });
    expect([await left(workspace, 'conversation'), await left(workspace, 'message')]).toEqual([1, 2]);
    expect(await miscounted(workspace)).toEqual([]);
  });

  it('leaves people on hold alone, by a hold on any of their records', async () => {
    const workspace = await world.workspace();
    const old = { type: 'track', name: 'bought', timestamp: JUST_OLDER };
    await send(workspace, [{ type: 'identify', userId: 'ann', anonymousId: 'a' }]);
    await send(workspace, [
      { ...old, anonymousId: 'a' },
      { ...old, userId: 'ann' },
      { ...old, userId: 'bob' },
    ]);
    await world.db.run(sql`/* test.hold */
      INSERT INTO legal_hold (workspace_id, record_id, placed_at, by)
      SELECT workspace_id, record_id, ${NOW}::timestamptz, '{}' FROM identifier
      WHERE workspace_id = ${workspace.caller.workspaceId}::uuid AND value = 'a'`);
    const { wouldDelete } = await updateRetention(workspace, { dryRun: true, events: 30 });
    expect(wouldDelete?.events).toBe(1);
    await updateRetention(workspace, { ...BODY, events: 30 });
    expect(await run(workspace)).toMatchObject({ events: 1 });
    expect(await left(workspace, 'event')).toBe(2);
  });

  it('finishes what a run began that died between two chunks', async () => {
    const workspace = await world.workspace();
    const { workspaceId } = workspace.caller;
    const old = (i: number) => ({
      type: 'track',
      userId: `u${i % 7}`,
      name: 'n',
      timestamp: JUST_OLDER,
      messageId: `${i}`,
    });
    for (let from = 0; from < 2500; from += 500)
      await send(
        workspace,
        Array.from({ length: 500 }, (_, i) => old(from + i)),
      );
    const first = await deleteChunk(
      world,
      { workspaceId, kind: 'events', before: BOUNDARY },
      '00000000-0000-0000-0000-000000000000',
    );
    expect(first.deleted).toBe(1000);
    expect(await miscounted(workspace)).toEqual([]);
    await updateRetention(workspace, { ...BODY, events: 30 });
    expect(await run(workspace)).toMatchObject({ events: 1500 });
    expect(await miscounted(workspace)).toEqual([]);
  });

  it('stops behind the chunk it is at when it is told to', async () => {
    const workspace = await world.workspace();
    await send(workspace, [{ type: 'track', userId: 'ann', name: 'n', timestamp: JUST_OLDER }]);
    await updateRetention(workspace, { ...BODY, events: 30 });
    const { workspaceId } = workspace.caller;
    const counts = await enforceRetention(world, { workspaceId, signal: AbortSignal.abort() });
    expect([counts.events, await left(workspace, 'event')]).toEqual([0, 1]);
  });

  it('touches no other workspace', async () => {
    const [workspace, other] = [await world.workspace(), await world.workspace()];
    const old = { type: 'track', userId: 'ann', name: 'n', timestamp: JUST_OLDER };
    await send(workspace, [old]);
    await send(other, [old]);
    await updateRetention(workspace, { ...BODY, events: 30 });
    await run(workspace);
    await run(other);
    expect([await left(workspace, 'event'), await left(other, 'event')]).toEqual([0, 1]);
  });
});

describe('what a workspace keeps', () => {
  it('is everything, until it says otherwise; what is not named stays, null is for ever', async () => {
    const workspace = await world.workspace();
    const forEver = { events: null, pageViews: null, sessions: null, conversations: null, visitors: null };
    expect(await getRetention(workspace)).toEqual(forEver);
    await updateRetention(workspace, { ...BODY, events: 30, visitors: 400 });
    await updateRetention(workspace, { ...BODY, events: 1 });
    expect(await getRetention(workspace)).toEqual({ ...forEver, events: 1, visitors: 400 });
    await updateRetention(workspace, { ...BODY, events: null });
    expect(await getRetention(workspace)).toEqual({ ...forEver, visitors: 400 });
  });

  it('stays as it is in a dry run, which counts what would go', async () => {
    const workspace = await world.workspace();
    await send(
      workspace,
      [JUST_OLDER, BOUNDARY].map((timestamp) => ({ type: 'track', userId: 'a', name: 'n', timestamp })),
    );
    const { events, wouldDelete } = await updateRetention(workspace, { dryRun: true, events: 30 });
    expect([events, wouldDelete]).toEqual([
      30,
      { events: 1, pageViews: 0, sessions: 0, conversations: 0, visitors: 0 },
    ]);
    expect([await left(workspace, 'event'), (await getRetention(workspace)).events]).toEqual([2, null]);
  });

  it.each(HISTORY)('suppresses %s that come too old, and takes those at the boundary', async (kind, _table, item) => {
    const workspace = await world.workspace();
    const ctx = workspace.as({ retention: { [kind]: 30 } });
    const results = await world.ingest.submit(ctx, [JUST_OLDER, BOUNDARY].map(item));
    expect(results.map(({ status, code }) => [status, code])).toEqual([
      ['suppressed', 'too_old'],
      ['accepted', undefined],
    ]);
  });

  it('does not make who somebody is too old, and refuses what is wrong before it is too old', async () => {
    const workspace = await world.workspace();
    const retention = { events: 1, pageViews: 1, sessions: 1, conversations: 1, visitors: 1 };
    const at = { timestamp: '2020-01-01T00:00:00.000Z' };
    const results = await world.ingest.submit(workspace.as({ retention }), [
      { type: 'identify', userId: 'ann', traits: { name: 'Ann' }, ...at },
      { type: 'update', userId: 'ann', traits: { plan: 'free' }, ...at },
      { type: 'group', userId: 'ann', groupId: 'acme', ...at },
      { type: 'alias', userId: 'ann', previousId: 'a', ...at },
      { type: 'track', userId: 'ann', ...at },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'rejected']);
  });

  it('judges a repeated message too old rather than a duplicate', async () => {
    const workspace = await world.workspace();
    const item = { type: 'track', userId: 'ann', name: 'n', timestamp: JUST_OLDER, messageId: 'm' };
    const [first] = await send(workspace, [item]);
    const [again] = await world.ingest.submit(workspace.as({ retention: { events: 30 } }), [item]);
    expect([first?.status, again?.status, again?.code]).toEqual(['accepted', 'suppressed', 'too_old']);
  });
});

/** A conversation of Ann's, as it stands after these messages of hers. */
async function converse({ caller }: TestWorkspace, sentAt: readonly string[]): Promise<void> {
  const { workspaceId } = caller;
  const id = world.ids.uuid();
  await world.db.run(sql`/* test.conversation */
    INSERT INTO conversation (workspace_id, id, record_id, created_at, last_message_at, message_count)
    SELECT workspace_id, ${id}::uuid, record_id, ${sentAt[0]}::timestamptz, ${sentAt.at(-1)}::timestamptz, ${sentAt.length}::int
    FROM identifier WHERE workspace_id = ${workspaceId}::uuid AND value = 'ann'`);
  for (const at of sentAt) {
    await world.db.run(sql`/* test.message */
      INSERT INTO message (workspace_id, id, conversation_id, author, type, body, sent_at)
      VALUES (${workspaceId}::uuid, ${world.ids.uuid()}::uuid, ${id}::uuid, 'visitor', 'text', 'Hello', ${at}::timestamptz)`);
  }
  for (const table of ['record', 'profile_activity']) {
    await world.db.run(sql`/* test.count_conversation */
      UPDATE ${sql([table] as unknown as TemplateStringsArray)} SET conversation_count = conversation_count + 1
      WHERE workspace_id = ${workspaceId}::uuid`);
  }
}
