/** Ingestion issues: the newest are kept, and no sender can fill the database with them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ISSUE_TRIM_INTERVAL, MAX_ISSUES } from '../src/limits.ts';
import { listIngestionIssues } from '../src/services/ingestion-issue.ts';
import { recordRejections } from '../src/services/issue-write.ts';
import { createWorld, type TestWorkspace, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const reject = (ctx: TestWorkspace, count: number, code = 'illegal_id') =>
  recordRejections(
    ctx,
    Array.from({ length: count }, () => ({ code, messageHash: '00' })),
  );
const total = async (ctx: TestWorkspace) => (await listIngestionIssues(ctx, { limit: 1 })).meta.total;

it('a workspace keeps so many of its issues, the newest, and a few until they are counted again', async () => {
  const [ctx, other] = [await world.workspace(), await world.workspace()];
  await reject(other, 1);
  await reject(ctx, 1, 'no_one');
  await reject(ctx, ISSUE_TRIM_INTERVAL - 1);
  await reject(ctx, MAX_ISSUES - ISSUE_TRIM_INTERVAL);
  expect(await total(ctx)).toBe(MAX_ISSUES);
  await reject(ctx, ISSUE_TRIM_INTERVAL - 1);
  expect(await total(ctx)).toBe(MAX_ISSUES + ISSUE_TRIM_INTERVAL - 1);
  await reject(ctx, 1);
  expect(await total(ctx)).toBe(MAX_ISSUES);
  const { items } = await listIngestionIssues(ctx, { limit: 100, page: MAX_ISSUES / 100 });
  expect(items.map(({ code }) => code)).not.toContain('no_one');
  expect(await total(other)).toBe(1);
});
