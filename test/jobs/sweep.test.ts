/** Clearing away: message ids, kept answers and export links go when nobody can ask for them any more, not before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import { sweepJob } from '../../src/jobs/nightly.ts';
import { IDEMPOTENCY_MS, MESSAGE_ID_DAYS } from '../../src/limits.ts';
import { updateRetention } from '../../src/services/retention.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';

const START = '2026-01-15T10:00:00.000Z';
const DAY_MS = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const sweep = () => sweepJob(world).run(new AbortController().signal);

async function atStart(): Promise<TestWorkspace> {
  world.clock.set(START);
  return world.workspace();
}

describe('a sweep', () => {
  const item = { type: 'track', userId: 'ann', name: 'n', messageId: 'm' };
  const statusOfRepeat = async (workspace: TestWorkspace) => (await world.ingest.submit(workspace, [item]))[0]?.status;

  it.each<[string, object, number, string]>([
    [
      'forgets message ids when all history of their time is gone',
      { events: 30, pageViews: 30, sessions: 30 },
      MESSAGE_ID_DAYS + 2,
      'accepted',
    ],
    [
      'remembers them for as long as is promised at the least',
      { events: 30, pageViews: 30, sessions: 30 },
      MESSAGE_ID_DAYS,
      'duplicate',
    ],
    ['remembers them while one kind is kept longer', { events: 30, pageViews: 30, sessions: 500 }, 500, 'duplicate'],
    ['remembers them while one kind is kept for ever', { events: 30, pageViews: 30 }, 5000, 'duplicate'],
  ])('%s', async (_sentence, kept, days, status) => {
    const workspace = await atStart();
    await world.ingest.submit(workspace, [item]);
    await updateRetention(workspace, { dryRun: false, ...kept });
    world.clock.advance(days * DAY_MS);
    await sweep();
    expect(await statusOfRepeat(workspace)).toBe(status);
  });

  it('drops kept answers when their day is over', async () => {
    const workspace = await atStart();
    await sweep();
    const { workspaceId } = workspace.caller;
    await world.db.run(sql`/* test.answer */
      INSERT INTO idempotency (workspace_id, key_id, hash, request_hash, created_at)
      VALUES (${workspaceId}::uuid, ${world.ids.uuid()}::uuid, decode('01', 'hex'), decode('02', 'hex'), ${START}::timestamptz)`);
    world.clock.advance(IDEMPOTENCY_MS - 1);
    expect(await sweep()).toMatchObject({ answers: 0 });
    world.clock.advance(1);
    expect(await sweep()).toMatchObject({ answers: 1 });
    expect(await sweep()).toMatchObject({ answers: 0 });
  });

  it('ends links of exports in time, and keeps who exported what', async () => {
    const workspace = await atStart();
    const { workspaceId } = workspace.caller;
    await world.ingest.submit(workspace, [item]);
    await world.db.run(sql`/* test.export */
      INSERT INTO visitor_export (workspace_id, id, record_id, format, created_at, by, link_hash, expires_at)
      SELECT workspace_id, ${world.ids.uuid()}::uuid, record_id, 'json', ${START}::timestamptz, '{}', decode('01', 'hex'),
        ${new Date(Date.parse(START) + 1000).toISOString()}::timestamptz
      FROM identifier WHERE workspace_id = ${workspaceId}::uuid`);
    world.clock.advance(999);
    expect(await sweep()).toMatchObject({ exportLinks: 0 });
    world.clock.advance(1);
    expect(await sweep()).toMatchObject({ exportLinks: 1 });
    const rows = await world.db.rows(sql`/* test.exports */
      SELECT link_hash FROM visitor_export WHERE workspace_id = ${workspaceId}::uuid`);
    expect(rows).toEqual([{ link_hash: null }]);
  });
});
