/** The chain of receipts: whole as long as nobody touched it, and it says where somebody did. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/contract/privacy.ts';
import { fromWire } from '../../src/ids.ts';
import { sql } from '../../src/infra/sql.ts';
import { deleteVisitor } from '../../src/services/erasure.ts';
import { verifyErasures } from '../../src/services/erasure-receipt.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';

describe('the chain of receipts', () => {
  let world: World;
  let ws: TestWorkspace;
  let receipts: readonly [Receipt, Receipt, Receipt];

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ws = await world.workspace();
    receipts = [await removed('a'), await removed('b'), await removed('c')];
  });

  it('is whole, each receipt holding the hash of the one before', async () => {
    const [first, second, third] = receipts;
    expect([first.previousHash, second.previousHash, third.previousHash]).toEqual([null, first.hash, second.hash]);
    expect(await verifyErasures(ws, {})).toEqual({ valid: true, length: 3 });
  });

  it('is empty and whole where nobody was deleted, and each workspace has its own', async () => {
    expect(await verifyErasures(await world.workspace(), {})).toEqual({ valid: true, length: 0 });
  });

  it.each([0, 1, 2])('holds each receipt that was kept (%i)', async (i) => {
    expect(await verifyErasures(ws, { receipt: receipts[i] as Receipt })).toEqual({ valid: true, length: 3 });
  });

  it.each([
    ['another moment', { deletedAt: '2026-01-15T10:00:00.001Z' }],
    ['other counts', { counts: {} }],
    ['another person', { identifierHashes: [] }],
    ['another hash', { hash: '0'.repeat(64) }],
  ])('does not hold a receipt with %s', async (_what, change) => {
    const receipt = { ...receipts[1], ...change };
    expect(await verifyErasures(ws, { receipt })).toEqual({ valid: false, length: 3, brokenAt: receipt.id });
  });

  it('does not hold a receipt of another workspace, nor one that never was', async () => {
    const other = await world.workspace();
    const [receipt] = receipts;
    expect(await verifyErasures(other, { receipt })).toEqual({ valid: false, length: 0, brokenAt: receipt.id });
    const made = { ...receipt, id: 'era_x' };
    expect(await verifyErasures(ws, { receipt: made })).toEqual({ valid: false, length: 3, brokenAt: 'era_x' });
  });

  it.each([
    ['counts', sql`counts = jsonb_set(counts, '{events}', '7')`],
    ['the time', sql`deleted_at = deleted_at + interval '1 ms'`],
    ['who it was', sql`identifier_hashes = '{}'`],
    ['the hash', sql`hash = repeat('0', 64)`],
    ['the link', sql`previous_hash = repeat('0', 64)`],
  ])('says where somebody changed %s', async (_what, change) => {
    await world.db.run(sql`/* test.tamper */ UPDATE erasure SET ${change}
      WHERE workspace_id = ${ws.caller.workspaceId}::uuid AND id = ${fromWire('erasure', receipts[1].id)}::uuid`);
    expect(await verifyErasures(ws, {})).toEqual({ valid: false, length: 3, brokenAt: receipts[1].id });
  });

  it('says where one was taken out, whose place nobody can take', async () => {
    await world.db.run(sql`/* test.tamper */ DELETE FROM erasure
      WHERE workspace_id = ${ws.caller.workspaceId}::uuid AND id = ${fromWire('erasure', receipts[1].id)}::uuid`);
    expect(await verifyErasures(ws, {})).toEqual({ valid: false, length: 2, brokenAt: receipts[2].id });
  });

  it('does not fork when many are deleted at the same time', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `p${i}`);
    await Promise.all(names.map(removed));
    expect(await verifyErasures(ws, {})).toEqual({ valid: true, length: 11 });
  });

  async function removed(userId: string): Promise<Receipt> {
    await world.ingest.submit(ws, [{ type: 'track', userId, name: 'x' }]);
    const reply = await deleteVisitor(ws, `user:${userId}`, {});
    if (!('receipt' in reply)) throw new Error('It was not done at once.');
    return reply.receipt;
  }
});
