/** What is acknowledged stays, whatever ends the process; and what is asked to stop, stops cleanly. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../support/client.ts';
import { KEYS, openPlace, type Place, type RunningServer, START_MS, startServer } from '../support/server-process.ts';
import { expectedMessages, Load, readStored } from './load.ts';

const ROUNDS = 3;
const CLIENTS = 12;
/** Acknowledged items between two faults: enough that every kind of commit is under way somewhere. */
const ITEMS = 150;
const TIMEOUT_MS = (ROUNDS + 2) * START_MS;

describe('a server under load', () => {
  let place: Place;
  let server: RunningServer;
  /** Wherever the server is now: each start takes another port. */
  const client = new Client(() => server.origin, KEYS.secretKey);

  beforeEach(async () => {
    place = await openPlace();
    server = await startServer(place);
  }, START_MS);

  afterEach(async () => {
    await server.kill();
    await place.drop();
  });

  it(
    'loses nothing it acknowledged when it is killed, and stores nothing twice when clients repeat',
    async () => {
      const load = new Load(client);
      load.start(CLIENTS);
      for (let round = 0; round < ROUNDS; round++) {
        await load.more(ITEMS);
        await server.kill();
        server = await startServer(place);
      }
      await load.more(ITEMS);
      await load.finish();

      expect(load.wrong).toEqual([]);
      expect([...load.failures.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(ROUNDS);
      const stored = await readStored(client);
      expect(stored).toEqual({ messages: expectedMessages(load.acknowledged.values()), miscounted: [] });
      expect(new Set(await load.repeat())).toEqual(new Set(['duplicate']));
      expect(await readStored(client)).toEqual(stored);
      console.log(`kill -9 on ${place.kind}: ${load.acknowledged.size} items over ${ROUNDS} kills, each once`);
    },
    TIMEOUT_MS,
  );

  it(
    'answers what it took when it is asked to stop, stores nothing else, and ends with 0',
    async () => {
      const load = new Load(client, false);
      load.start(CLIENTS);
      await load.more(ITEMS);
      const code = await server.stop();
      await load.finish();
      expect(code).toBe(0);
      expect(load.wrong).toEqual([]);
      expect(load.failures.size).toBeGreaterThan(0);

      server = await startServer(place);
      const expected = expectedMessages(load.acknowledged.values());
      expect(await readStored(client)).toEqual({ messages: expected, miscounted: [] });
    },
    TIMEOUT_MS,
  );
});
