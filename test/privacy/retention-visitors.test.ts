/** Visitors who were not seen for as long as their workspace keeps such: deleted as by hand, and free to come back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import { eraseUnseen } from '../../src/services/erase-unseen.ts';
import { verifyErasures } from '../../src/services/erasure-receipt.ts';
import { setHold } from '../../src/services/legal-hold.ts';
import { updateRetention } from '../../src/services/retention.ts';
import { enforceRetention } from '../../src/services/retention-run.ts';
import { getVisitor } from '../../src/services/visitor.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';

const NOW = '2026-01-15T10:00:00.000Z';
const DAY_MS = 86_400_000;
const at = (ms: number) => new Date(Date.parse(NOW) + ms).toISOString();
const BOUNDARY = at(-90 * DAY_MS);
const JUST_OLDER = at(-90 * DAY_MS - 1);

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function open(...seen: readonly [userId: string, timestamp: string][]): Promise<TestWorkspace> {
  world.clock.set(NOW);
  const workspace = await world.workspace();
  const items = seen.map(([userId, timestamp]) => ({ type: 'track', userId, name: 'bought', timestamp }));
  await world.ingest.submit(workspace, items);
  await updateRetention(workspace, { visitors: 90, dryRun: false });
  return workspace;
}

const run = ({ caller }: TestWorkspace) =>
  enforceRetention(world, {
    workspaceId: caller.workspaceId,
    signal: new AbortController().signal,
    erase: eraseUnseen(world, world.erasures),
  });

const isThere = (workspace: TestWorkspace, userId: string) =>
  getVisitor(workspace, `user:${userId}`).then(
    () => true,
    () => false,
  );

it('goes who was seen before the limit, and stays who was seen just then', async () => {
  const workspace = await open(['old', JUST_OLDER], ['just', BOUNDARY]);
  expect((await run(workspace)).visitors).toBe(1);
  expect([await isThere(workspace, 'old'), await isThere(workspace, 'just')]).toEqual([false, true]);
  expect((await run(workspace)).visitors).toBe(0);
  const rows = await world.db.rows<{ status: string; by: unknown; record_ids: unknown[] }>(sql`/* test.erasures */
    SELECT status, by, record_ids FROM erasure WHERE workspace_id = ${workspace.caller.workspaceId}::uuid`);
  expect(rows).toEqual([{ status: 'done', by: workspace.caller.by, record_ids: [] }]);
  expect(await verifyErasures(workspace, {})).toMatchObject({ valid: true, length: 1 });
});

it('leaves whoever is on hold', async () => {
  const workspace = await open(['old', JUST_OLDER]);
  await setHold(workspace, 'user:old', true);
  expect((await run(workspace)).visitors).toBe(0);
  await setHold(workspace, 'user:old', false);
  expect((await run(workspace)).visitors).toBe(1);
});

it('lets them come back at once, and takes nothing that is older', async () => {
  const workspace = await open(['old', JUST_OLDER]);
  await run(workspace);
  const item = { type: 'track', userId: 'old', name: 'bought' };
  const statuses = await world.ingest.submit(workspace, [
    { ...item, timestamp: NOW },
    { ...item, timestamp: at(1) },
  ]);
  world.clock.advance(1);
  const [later] = await world.ingest.submit(workspace, [{ ...item, timestamp: at(1) }]);
  expect([statuses[0]?.status, statuses[0]?.code, later?.status]).toEqual(['suppressed', 'erased', 'accepted']);
  expect(await isThere(workspace, 'old')).toBe(true);
});
