/** A deletion that takes longer than its caller waits: it goes on by itself, and may be interrupted anywhere. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErasureProgress } from '../../src/contract/privacy.ts';
import { fromWire } from '../../src/ids.ts';
import type { Database } from '../../src/infra/database.ts';
import { sql } from '../../src/infra/sql.ts';
import { ERASURE_CHUNK } from '../../src/limits.ts';
import { createLog } from '../../src/log.ts';
import { deleteVisitor, getErasure } from '../../src/services/erasure.ts';
import { verifyErasures } from '../../src/services/erasure-receipt.ts';
import { Erasures } from '../../src/services/erasure-run.ts';
import { createWorld, type TestWorkspace, type World } from '../support/world.ts';
import { rowsOf } from './person.ts';

const EVENTS = 2 * ERASURE_CHUNK + 1;

describe('a long deletion', () => {
  let world: World;
  let ws: TestWorkspace;
  let records: string[];

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ws = await world.workspace();
    const [result] = await world.ingest.submit(ws, [{ type: 'track', userId: 'ann', name: 'x' }]);
    const record = fromWire('visitor', result?.visitorId ?? '') ?? '';
    records = [record];
    await world.db.run(sql`/* test.events */
      INSERT INTO event (workspace_id, id, record_id, name, properties, timestamp, received_at, source)
      SELECT ${ws.caller.workspaceId}::uuid, gen_random_uuid(), ${record}::uuid, 'x', '{}', now(), now(), 'server'
      FROM generate_series(2, ${EVENTS}::int)`);
  });

  it('says how far it is, chunk by chunk, and then gives the receipt', async () => {
    const { id, total } = await begin();
    const seen = [];
    for (let chunk = 0; chunk < 3; chunk++) {
      seen.push((await getErasure(ws, id)).done);
      await erasures(1).resume();
    }
    const atOnce = total - EVENTS - 1;
    expect(seen).toEqual([atOnce, atOnce + ERASURE_CHUNK, atOnce + 2 * ERASURE_CHUNK]);
    expect(await getErasure(ws, id)).toMatchObject({ status: 'running', done: total - 1, total, receipt: null });
    await erasures().resume();
    const { receipt, ...progress } = await getErasure(ws, id);
    expect(progress).toEqual({ id, status: 'done', done: total, total });
    expect(receipt?.counts).toMatchObject({ events: EVENTS, records: 1 });
    expect(await rowsOf(world.db, records)).toEqual({});
  });

  it.each([1, 2, 3, 4, 7])('is finished by another process after one that ended behind %i commits', async (commits) => {
    const { id } = await begin();
    await erasures(commits).resume();
    await erasures().resume();
    expect(await getErasure(ws, id)).toMatchObject({ status: 'done', receipt: { counts: { events: EVENTS } } });
    expect(await verifyErasures(ws, {})).toEqual({ valid: true, length: 1 });
    expect(await rowsOf(world.db, records)).toEqual({});
  });

  it('is done once by two processes that work on it at the same time', async () => {
    const { id } = await begin();
    await Promise.all([erasures().resume(), erasures().resume()]);
    expect(await getErasure(ws, id)).toMatchObject({ status: 'done', receipt: { counts: { events: EVENTS } } });
    expect(await verifyErasures(ws, {})).toEqual({ valid: true, length: 1 });
  });

  it('leaves the place in the chain to those that are done before it', async () => {
    const { id } = await begin();
    await world.ingest.submit(ws, [{ type: 'track', userId: 'bob', name: 'x' }]);
    const bob = await deleteVisitor(ws, 'user:bob', {});
    await erasures().resume();
    const { receipt } = await getErasure(ws, id);
    expect(receipt?.previousHash).toBe('receipt' in bob && bob.receipt.hash);
    expect(await verifyErasures(ws, {})).toEqual({ valid: true, length: 2 });
  });

  it('stops behind a commit when the process is asked to end', async () => {
    const { id } = await begin();
    const running = erasures();
    const resumed = running.resume();
    await running.stop();
    await resumed;
    expect((await getErasure(ws, id)).status).toBe('running');
    await erasures().resume();
    expect((await getErasure(ws, id)).status).toBe('done');
  });

  /** Its caller waits for nothing. */
  async function begin(): Promise<ErasureProgress> {
    const impatient = { ...ws, erasures: { carryOn: async () => undefined } };
    const reply = await deleteVisitor(impatient, 'user:ann', {});
    if (!('erasure' in reply)) throw new Error('It was done at once.');
    expect(reply.erasure.status).toBe('running');
    return reply.erasure;
  }

  /** A process that ends behind so many commits. */
  function erasures(commits = Number.POSITIVE_INFINITY): Erasures {
    let left = commits;
    const db: Database = {
      ...world.db,
      rows: (statement) => world.db.rows(statement),
      transaction: async (work) => {
        if (left-- <= 0) throw new Error('The process is no more.');
        return world.db.transaction(work);
      },
    };
    const patience = () => new Promise<void>(() => undefined);
    return new Erasures({ db, clock: world.clock, ids: world.ids, log: createLog('silent'), patience });
  }
});
