/** Segment's SDK for Node in front of a real server that ends in the middle: what was given to it is there once. */
import { setTimeout as wait } from 'node:timers/promises';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client } from '../support/client.ts';
import { KEYS, openPlace, type Place, type RunningServer, START_MS, startServer } from '../support/server-process.ts';
import { eventsOf } from './stored.ts';
import { Wire } from './wire.ts';

/** Between two messages: long enough that the server ends while some are on their way and some not yet sent. */
const PACE_MS = 5;
const MESSAGES = 600;

describe('a server that ends while the SDK sends', () => {
  let place: Place;
  let server: RunningServer;
  let wire: Wire;
  let client: Client;

  beforeAll(async () => {
    place = await openPlace();
    server = await startServer(place);
    wire = new Wire(() => server.origin);
    await wire.open();
    client = new Client(() => server.origin, KEYS.secretKey);
  }, START_MS);

  afterAll(async () => {
    await wire.close();
    await server.kill();
    await place.drop();
  });

  it.each([
    ['asked to stop', () => server.stop()],
    ['killed', () => server.kill()],
  ])(
    'has everything once after it was %s and started again',
    async (how, end) => {
      const userId = `user ${how}`;
      const failures: unknown[] = [];
      const analytics = new Analytics({ writeKey: KEYS.secretKey, host: wire.origin, flushAt: 10 });
      analytics.on('error', (failure) => failures.push(failure));
      const names = Array.from({ length: MESSAGES }, (_, i) => `event ${String(i).padStart(4, '0')}`);
      const answered = wire.answered.length;

      const sending = sendAll(analytics, userId, names);
      await vi.waitFor(() => expect(wire.answered.length).toBeGreaterThan(answered + 10), { timeout: START_MS });
      wire.lose(3);
      await end();
      server = await startServer(place);
      await sending;
      await analytics.closeAndFlush();

      expect(failures, server.output()).toEqual([]);
      expect(await eventsOf(client, `user:${userId}`)).toEqual(names);
    },
    3 * START_MS,
  );
});

async function sendAll(analytics: Analytics, userId: string, names: readonly string[]): Promise<void> {
  for (const event of names) {
    analytics.track({ userId, event });
    await wait(PACE_MS);
  }
}
