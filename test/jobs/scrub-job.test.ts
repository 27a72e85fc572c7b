/** When the files of an embedded database are cleaned at night: after a deletion, and not for nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import { scrubJob } from '../../src/jobs/nightly.ts';
import { deleteVisitor } from '../../src/services/erasure.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

it('are rewritten once after somebody was deleted, on the embedded database only', async () => {
  const job = scrubJob(world);
  const tables = async () => (await job.run(new AbortController().signal)).tables ?? 0;
  const isEmbedded = world.db.kind === 'pglite';
  expect(await tables()).toBe(0);
  const workspace = await world.workspace();
  await world.ingest.submit(workspace, [{ type: 'track', userId: 'ann', name: 'bought' }]);
  expect(await tables()).toBe(0);
  await deleteVisitor(workspace, 'user:ann', { dryRun: false });
  expect((await tables()) > 0).toBe(isEmbedded);
  // As the scheduler notes it.
  const due = new Date(world.clock.now().getTime() + 1).toISOString();
  await world.db.run(sql`/* test.note_scrub */
    INSERT INTO job_lease (name, holder, until, last_run_at)
    VALUES ('scrub', ${world.ids.uuid()}::uuid, now(), ${due}::timestamptz)`);
  expect(await tables()).toBe(0);
});
