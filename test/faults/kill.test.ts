/** What is acknowledged stays, whatever ends the process; and what is asked to stop, stops cleanly. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/client.ts';
import { KEYS, openPlace, type Place, type RunningServer, START_MS, startServer } from '../support/server-process.ts';
import { expectedOf, Load, readStored } from './load.ts';

const ROUNDS = Number(process.env.KILL_ROUNDS || 3);
const CLIENTS = 12;
/** Acknowledged items between two faults: enough that every kind of commit is under way somewhere. */
const ITEMS = 120;

describe('a server under load', () => {
  let place: Place;
  let server: RunningServer;
  /** Wherever the server is now: each start takes another port. */
  const client = new Client(() => server.origin, KEYS.secretKey);

  beforeAll(async () => {
    place = await openPlace();
    server = await startServer(place);
  }, START_MS);

  afterAll(async () => {
    await server.kill();
    await place.drop();
  });

  it(
    'answers what it took when it is asked to stop, stores nothing else, and ends with 0',
    async () => {
      const load = new Load(client, 'stopped', false);
      load.start(CLIENTS);
      await load.more(ITEMS);
      const code = await server.stop();
      await load.finish();
      expect(code).toBe(0);
      expect(load.wrong, server.output()).toEqual([]);
      expect(load.failures.size).toBeGreaterThan(0);

      server = await startServer(place);
      expect(await readStored(load)).toEqual(expectedOf(load));
    },
    2 * START_MS,
  );

  it(
    'loses nothing it acknowledged when it is killed, and stores nothing twice when clients repeat',
    async () => {
      const load = new Load(client, 'killed');
      load.start(CLIENTS);
      for (let round = 0; round < ROUNDS; round++) {
        await load.more(ITEMS);
        await server.kill();
        server = await startServer(place);
      }
      await load.more(ITEMS);
      await load.finish();

      expect(load.wrong, server.output()).toEqual([]);
      expect([...load.failures.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(ROUNDS);
      expect(await readStored(load)).toEqual(expectedOf(load));
      expect(new Set(await load.repeat())).toEqual(new Set(['duplicate']));
      expect(await readStored(load)).toEqual(expectedOf(load));
      console.log(`kill -9 on ${place.kind}: ${load.acknowledged.size} items over ${ROUNDS} kills, each once`);
    },
    (ROUNDS + 1) * START_MS,
  );
});
