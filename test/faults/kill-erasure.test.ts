/** A deletion outlives the process that began it: killed in the middle, the next start finishes it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChainVerification, DeleteReply } from '../../src/contract/privacy.ts';
import { fromWire } from '../../src/ids.ts';
import type { Database } from '../../src/infra/database.ts';
import { createPglite, openPglite } from '../../src/infra/pglite.ts';
import { sql } from '../../src/infra/sql.ts';
import { Client } from '../support/client.ts';
import { KEYS, openPlace, type Place, type RunningServer, START_MS, startServer } from '../support/server-process.ts';

/** Enough that a deletion takes longer than it takes to notice that it began. */
const EVENTS = 200_000;

describe('a server that deletes somebody', () => {
  let place: Place;
  let server: RunningServer;
  /** Wherever the server is now: each start takes another port. */
  const client = new Client(() => server.origin, KEYS.secretKey);

  beforeAll(async () => {
    place = await openPlace();
    server = await startServer(place);
    const { data } = await client.post<{ visitorId: string }>('/events', { userId: 'ann', name: 'first' });
    const record = fromWire('visitor', data.visitorId);
    await server.stop();
    await inside((db) =>
      db.run(sql`/* test.events */
        INSERT INTO event (workspace_id, id, record_id, name, properties, timestamp, received_at, source)
        SELECT r.workspace_id, gen_random_uuid(), r.id, 'x', '{}', now(), now(), 'server'
        FROM record r, generate_series(2, ${EVENTS}::int)
        WHERE r.id = ${record}::uuid`),
    );
    server = await startServer(place);
  }, 4 * START_MS);

  afterAll(async () => {
    await server.kill();
    await place.drop();
  });

  it(
    'and is killed in the middle of it has finished it after the next start',
    async () => {
      const deleting = client.send<DeleteReply>('DELETE', '/visitors/user:ann');
      const ended = deleting.then(
        ({ status }) => status,
        () => 'no answer',
      );
      // From the first commit on she is not found; her history goes in the commits behind it.
      const isGone = async () => expect((await client.get('/visitors/user:ann')).status).toBe(404);
      await vi.waitFor(isGone, { timeout: START_MS, interval: 1 });
      await server.kill();
      expect(await ended).toBe('no answer');
      const left = await inside((db) =>
        db.rows<{ n: number }>(sql`/* test.left */ SELECT count(*)::int AS n FROM event`),
      );
      expect(left[0]?.n).toBeGreaterThan(0);

      server = await startServer(place);
      const late = await client.post<{ status: string }>('/events', { userId: 'ann', name: 'late' });
      expect(late.data.status).toBe('suppressed');
      const verify = async () => (await client.post<ChainVerification>('/erasures/verify', {})).data;
      await vi.waitFor(async () => expect(await verify()).toEqual({ valid: true, length: 1 }), { timeout: START_MS });
      await server.stop();
      const rows = await inside((db) =>
        db.rows<object>(sql`/* test.rows */
          SELECT (SELECT count(*)::int FROM event) AS events, (SELECT count(*)::int FROM record) AS records,
            (SELECT status FROM erasure) AS status, (SELECT (counts->>'events')::int FROM erasure) AS deleted`),
      );
      expect(rows).toEqual([{ events: 0, records: 0, status: 'done', deleted: EVENTS }]);
    },
    3 * START_MS,
  );

  /** Looks into the database; an embedded one has to be let go of by the server before. */
  async function inside<Result>(look: (db: Database) => Promise<Result>): Promise<Result> {
    if (place.db) return look(place.db);
    const db = openPglite(await createPglite(place.env.DATA_DIR));
    return look(db).finally(() => db.close());
  }
});
