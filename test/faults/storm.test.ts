/** A storm of everything that may happen to identities, on two server processes and one PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Visitor } from '../../src/contract/visitor.ts';
import { toWire } from '../../src/ids.ts';
import type { Database } from '../../src/infra/database.ts';
import { sql } from '../../src/infra/sql.ts';
import { Client } from '../support/client.ts';
import { KEYS, openPlace, type Place, type RunningServer, START_MS, startServer } from '../support/server-process.ts';
import { Storm } from './storm.ts';
import { lost, miscounted, orphaned, recognised, wrongValues } from './storm-checks.ts';
import { undead } from './storm-erasure.ts';
import { readState, type State } from './storm-state.ts';
import { misheard } from './storm-talks.ts';

const WORKERS = 8;
const seconds = Number(process.env.STORM_SECONDS || 10);
const seed = Number(process.env.STORM_SEED || Date.now() % 1_000_000);

describe.skipIf(!process.env.TEST_DATABASE_URL)('a storm (TEST_DATABASE_URL names a PostgreSQL)', () => {
  let place: Place;
  let servers: RunningServer[] = [];
  let storm: Storm;
  let state: State;
  let visitors: Visitor[];

  beforeAll(
    async () => {
      place = await openPlace();
      servers = await Promise.all([startServer(place), startServer(place)]);
      const clients = servers.map(({ origin }) => new Client(origin, KEYS.secretKey));
      storm = new Storm(clients, seed);
      const end = performance.now() + seconds * 1000;
      await Promise.all(Array.from({ length: WORKERS }, (_, i) => storm.work(i, () => performance.now() > end)));
      const db = place.db as Database;
      state = await readState(db);
      const anonymized = new Set<string>(state.anonymized.map(({ id }) => toWire('visitor', id)));
      visitors = (await (clients[0] as Client).all<Visitor>('/visitors')).filter(({ id }) => !anonymized.has(id));
      await report(db);
    },
    2 * START_MS + seconds * 2000,
  );

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await place?.drop();
  });

  it('does something of every kind', () => {
    for (const count of Object.values(storm.tally)) expect(count).toBeGreaterThan(0);
    expect([...state.identifiers.keys()].some((name) => name.startsWith('user new-user'))).toBe(true);
  });

  it('is answered without an error', () => {
    expect(storm.wrong).toEqual([]);
    expect(servers.map((server) => server.output()).join('')).not.toMatch(/"level":(50|60)/);
  });

  it('loses no acknowledged item and stores none twice', () => {
    expect(lost(state, storm)).toEqual([]);
  });

  it('leaves nothing of those who were deleted in it, and their receipts in one chain', async () => {
    expect(storm.doomed.receipts).toBeGreaterThan(0);
    expect(undead(state, storm.doomed)).toEqual([]);
    const client = new Client((servers[0] as RunningServer).origin, KEYS.secretKey);
    const { data } = await client.post('/erasures/verify', {});
    expect(data).toEqual({ valid: true, length: storm.doomed.receipts });
  });

  it('leaves nobody who was anonymized to be recognised', () => {
    expect(state.anonymized.length).toBeGreaterThan(0);
    expect(recognised(state)).toEqual([]);
  });

  it('leaves nothing orphaned, and no circle', () => {
    expect(orphaned(state)).toEqual([]);
  });

  it('leaves every count as its rows, and every time as its items', () => {
    expect(miscounted(state, storm, visitors)).toEqual([]);
  });

  it('leaves every value the newest that was said', () => {
    expect(wrongValues(state, storm, visitors)).toEqual([]);
  });

  it('leaves every message where it was written, in order, counted and once', () => {
    expect(misheard(state, storm.talks, visitors)).toEqual([]);
  });

  async function report(db: Database): Promise<void> {
    const [inside] = await db.rows<{ deadlocks: number }>(sql`/* storm.deadlocks */
      SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`);
    const { items, repeats, merges, undos, edits, written, leavers, refusals } = storm.tally;
    console.log(
      `storm (seed ${seed}, ${seconds} s): ${items} items (${Math.round(items / seconds)}/s, ${repeats} repeated), ` +
        `${merges} merges by hand of ${state.merges.size} in all, ${undos} undos, ${edits} edits, ${written} messages in ${state.conversations.size} conversations, ${leavers} anonymized, ${storm.doomed.receipts} deleted, ` +
        `${refusals} right refusals, ${storm.wrong.length} wrong answers; ${state.records.size} records, ${visitors.length} visitors; ` +
        `${inside?.deadlocks} deadlocks repeated inside`,
    );
  }
});
