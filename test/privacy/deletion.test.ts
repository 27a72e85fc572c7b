/** Deleting a person: everything of theirs goes, nobody finds them, and the receipt tells how much it was. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotFound } from '../../src/errors.ts';
import { sql } from '../../src/infra/sql.ts';
import { deleteVisitor, getErasure, unsuppressErasure } from '../../src/services/erasure.ts';
import { receiptHash, verifyErasures } from '../../src/services/erasure-receipt.ts';
import { getEvents, listEvents } from '../../src/services/event.ts';
import { identifierHash } from '../../src/services/keyed-hash.ts';
import { getMerges, listMerges } from '../../src/services/merge-list.ts';
import { recordsOpenTo } from '../../src/services/open-records.ts';
import { getSessions, listSessions } from '../../src/services/session.ts';
import { undoMerge } from '../../src/services/unmerge.ts';
import { getVisitor, getVisitors, listVisitors } from '../../src/services/visitor.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';
import { CANARY, type Person, plantPerson, rowsOf, tablesHolding } from './person.ts';

const DAY_MS = 86_400_000;
const REF = `user:ann-${CANARY}`;

describe('a deleted person', () => {
  let world: World;
  let ws: TestWorkspace;
  let person: Person;

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ws = await world.workspace();
    person = await plantPerson(world, ws);
  });

  it('had something in every table that reaches a person', async () => {
    const reached = Object.keys(await rowsOf(world.db, person.records)).sort();
    expect(reached).toEqual(
      [
        'record',
        'identifier',
        'profile',
        'profile_activity',
        'merge',
        'merge_suggestion',
        'visitor_edit',
        'session',
        'page_view',
        'event',
        'conversation',
        'message',
        'visitor_tag',
        'note',
        'visitor_export',
      ].sort(),
    );
    await remove();
  });

  it('leaves no row but merges without values, and no value anywhere', async () => {
    await remove();
    expect(Object.keys(await rowsOf(world.db, person.records))).toEqual(['merge']);
    expect(await tablesHolding(world.db, ws.caller.workspaceId, CANARY)).toEqual([]);
    const merges = await world.db.rows(sql`/* test.merges */
      SELECT registers, plan_hash FROM merge WHERE workspace_id = ${ws.caller.workspaceId}::uuid`);
    for (const merge of merges) expect(merge).toEqual({ registers: {}, plan_hash: null });
  });

  it.each([REF, `anon:a1-${CANARY}`, `anon:a2-${CANARY}`, 'id'])('is deleted whole by any id (%s)', async (ref) => {
    await deleteVisitor(ws, ref === 'id' ? person.survivorId : ref, {});
    expect(Object.keys(await rowsOf(world.db, person.records))).toEqual(['merge']);
  });

  it('is found by nobody, by none of their ids', async () => {
    const { visitor } = await getVisitor(ws, REF);
    const [sessions, events] = [await listSessions(ws, REF, PAGE), await listEvents(ws, REF, { ...PAGE, type: 'all' })];
    const merges = await listMerges(ws, REF, PAGE);
    await remove();
    const ids = [visitor.id, ...visitor.mergedFrom];
    for (const ref of [...ids, REF, `anon:a1-${CANARY}`, `anon:a2-${CANARY}`]) {
      await expect(getVisitor(ws, ref), ref).rejects.toThrow(NotFound);
      await expect(listEvents(ws, ref, { ...PAGE, type: 'all' })).rejects.toThrow(NotFound);
    }
    expect(await getVisitors(ws, ids)).toEqual(new Map());
    expect(
      await getSessions(
        ws,
        sessions.items.map(({ id }) => id),
      ),
    ).toEqual([]);
    expect(
      await getEvents(
        ws,
        events.items.map(({ id }) => id),
      ),
    ).toEqual([]);
    const stillThere = await getMerges(
      ws,
      merges.items.flatMap(({ id }) => id ?? []),
    );
    expect(stillThere.map(({ id }) => id)).toEqual([person.undoneMergeId]);
    expect((await listVisitors(ws, { ...PAGE, search: CANARY })).items).toEqual([]);
    const visitorToken = { anonymousId: `a1-${CANARY}`, userId: `ann-${CANARY}`, expiresAt: Number.POSITIVE_INFINITY };
    expect(await recordsOpenTo(ws, visitorToken)).toEqual([]);
  });

  it('is found by nobody while their history is still being deleted', async () => {
    const events = await listEvents(ws, REF, { ...PAGE, type: 'all' });
    const [sessions, merges] = [await listSessions(ws, REF, PAGE), await listMerges(ws, REF, PAGE)];
    const stuck = { ...ws, erasures: { carryOn: async () => undefined } };
    expect(await deleteVisitor(stuck, REF, {})).toMatchObject({ erasure: { status: 'running' } });
    expect((await rowsOf(world.db, person.records)).event).toBe(3);
    for (const ref of [person.survivorId, REF]) await expect(getVisitor(ws, ref)).rejects.toThrow(NotFound);
    expect(
      await getEvents(
        ws,
        events.items.map(({ id }) => id),
      ),
    ).toEqual([]);
    expect(
      await getSessions(
        ws,
        sessions.items.map(({ id }) => id),
      ),
    ).toEqual([]);
    const left = await getMerges(
      ws,
      merges.items.flatMap(({ id }) => id ?? []),
    );
    expect(left.map(({ id }) => id)).toEqual([person.undoneMergeId]);
    await world.erasures.resume();
    expect(Object.keys(await rowsOf(world.db, person.records))).toEqual(['merge']);
  });

  it('leaves everybody else as they were', async () => {
    const before = await getVisitor(ws, 'user:bob');
    await remove();
    expect(await getVisitor(ws, 'user:bob')).toEqual(before);
    expect((await listMerges(ws, 'user:bob', PAGE)).items.map(({ id }) => id)).toEqual([person.undoneMergeId]);
  });

  it('cannot be brought back by undoing a merge', async () => {
    await remove();
    await expect(undoMerge(ws, person.undoneMergeId)).rejects.toMatchObject({ code: 'merge_erased', status: 409 });
  });

  it('cannot be deleted twice, nor from another workspace', async () => {
    const other = await world.workspace();
    await expect(deleteVisitor(other, person.survivorId, {})).rejects.toThrow(NotFound);
    const { id } = await remove();
    await expect(deleteVisitor(ws, person.survivorId, {})).rejects.toThrow(NotFound);
    await expect(getErasure(other, id)).rejects.toThrow(NotFound);
    await expect(unsuppressErasure(other, id)).rejects.toThrow(NotFound);
  });

  it('is counted by a dry run as by the receipt, and the dry run changes nothing', async () => {
    const rows = await rowsOf(world.db, person.records);
    const dry = await deleteVisitor(ws, REF, { dryRun: true });
    expect(await rowsOf(world.db, person.records)).toEqual(rows);
    const { counts } = await remove();
    expect(dry).toEqual({ counts });
    expect(counts).toEqual({
      records: 3,
      identifiers: 3,
      sessions: 1,
      pageViews: 1,
      events: 3,
      conversations: 1,
      messages: 1,
      tags: 1,
      notes: 1,
      edits: rows.visitor_edit,
      merges: 3,
      suggestions: rows.merge_suggestion,
      exports: 1,
    });
  });

  it('leaves a receipt that knows them by keyed hashes alone', async () => {
    const receipt = await remove();
    const hash = (kind: 'user' | 'anon', value: string) => identifierHash(ws.caller.hashKey, kind, value);
    const hashes = [hash('user', `ann-${CANARY}`), hash('anon', `a1-${CANARY}`), hash('anon', `a2-${CANARY}`)];
    expect(receipt.identifierHashes).toEqual(hashes.sort());
    expect(receipt.deletedAt).toBe(world.clock.now().toISOString());
    const { hash: signed, ...rest } = receipt;
    expect([receiptHash(rest), rest.previousHash]).toEqual([signed, null]);
    expect(await getErasure(ws, receipt.id)).toMatchObject({ status: 'done', receipt });
    const { done, total } = await getErasure(ws, receipt.id);
    expect(done).toBe(total);
  });

  it('stays away for ever with what is dated until the deletion, and for 30 days with the rest', async () => {
    const deletedAt = Date.parse((await remove()).deletedAt);
    expect(await sent(deletedAt)).toBe('suppressed');
    expect(await sent(deletedAt + 1)).toBe('suppressed');
    expect(await sent(deletedAt + 30 * DAY_MS)).toBe('suppressed');
    expect(await sent(deletedAt + 30 * DAY_MS + 1)).toBe('accepted');
    expect(await sent(deletedAt)).toBe('suppressed');
    expect((await getVisitor(ws, REF)).visitor.id).not.toBe(person.survivorId);
  });

  it('may come back at once when that is wanted, without what is dated until the deletion', async () => {
    const { id, deletedAt } = await remove();
    await unsuppressErasure(ws, id);
    expect(await sent(Date.parse(deletedAt))).toBe('suppressed');
    expect(await sent(Date.parse(deletedAt) + 1)).toBe('accepted');
    expect((await getVisitor(ws, REF)).visitor).toMatchObject({ eventCount: 1, name: null });
  });

  it('is deleted once by many at the same time', async () => {
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => deleteVisitor(ws, REF, {})));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of all) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(NotFound);
    expect(await verifyErasures(ws, {})).toEqual({ valid: true, length: 1 });
  });

  it('leaves nothing of a batch that was under way, whichever comes first', async () => {
    const items = Array.from({ length: 50 }, (_, i) => ({ type: 'track', userId: `ann-${CANARY}`, name: `e${i}` }));
    const answers = Promise.all(items.map((item) => world.ingest.submit(ws, [item])));
    const receipt = await remove();
    const statuses = new Set((await answers).flat().map(({ status }) => status));
    expect([...statuses].every((status) => ['accepted', 'suppressed'].includes(status))).toBe(true);
    expect(Object.keys(await rowsOf(world.db, person.records))).toEqual(['merge']);
    expect(await tablesHolding(world.db, ws.caller.workspaceId, CANARY)).toEqual([]);
    expect(receipt.counts.events).toBeGreaterThanOrEqual(3);
  });

  async function remove() {
    const reply = await deleteVisitor(ws, REF, {});
    if (!('receipt' in reply)) throw new Error(`Not done: ${JSON.stringify(reply)}`);
    return reply.receipt;
  }

  async function sent(timestamp: number): Promise<string | undefined> {
    const now = world.clock.now();
    world.clock.set(new Date(Math.max(timestamp, now.getTime())));
    const item = { type: 'track', userId: `ann-${CANARY}`, name: 'x', timestamp: new Date(timestamp).toISOString() };
    const [result] = await world.ingest.submit(ws, [item]);
    world.clock.set(now);
    return result?.status;
  }
});

const PAGE = { limit: 100, sort: '-lastSeenAt' } as const;
