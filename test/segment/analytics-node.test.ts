/** Segment's own SDK for Node, as it comes: what it is given arrives once, whatever happens on the way. */
import { Analytics } from '@segment/analytics-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import type { Database } from '../../src/infra/database.ts';
import { Client } from '../support/client.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { eventsOf, visitorOf } from './stored.ts';
import { Wire } from './wire.ts';

/** A queue that a test can fill; everything else is as it ships. */
vi.mock('../../src/limits.ts', async (original) => ({ ...(await original<object>()), MAX_QUEUED_ITEMS: 100 }));

let server: TestServer;
let wire: Wire;
let origin: string;
let client: Client;
let analytics: Analytics;
let failures: unknown[];
/** Transactions begin when this resolves. */
let gate: Promise<void> = Promise.resolve();
/** Resolves it. */
let open = () => {};

beforeAll(async () => {
  server = await openServer({}, gated);
  server.world.clock.set(new Date());
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
  wire = new Wire(() => origin);
  await wire.open();
});
afterAll(async () => {
  await wire.close();
  await server.close();
});
beforeEach(async () => {
  const { keys } = await server.world.workspace();
  client = new Client(origin, keys.secretKey ?? '');
  analytics = sdk(client.key);
});
afterEach(async () => {
  open();
  await analytics.closeAndFlush();
});

describe('the SDK', () => {
  it('delivers each kind of call', async () => {
    const context = {
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0',
      timezone: 'Europe/Rome',
    };
    analytics.track({ anonymousId: 'browser-1', event: 'Signed Up', properties: { plan: 'free' } });
    analytics.page({
      anonymousId: 'browser-1',
      name: 'Home',
      properties: { url: 'https://example.com/?utm_source=ad' },
    });
    analytics.screen({ anonymousId: 'browser-1', category: 'App', name: 'Settings' });
    const traits = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', plan: 'free' };
    analytics.identify({ userId: 'user-1', anonymousId: 'browser-1', traits, context });
    analytics.group({ userId: 'user-1', groupId: 'acme', traits: { name: 'Acme Inc' } });
    analytics.alias({ userId: 'user-1', previousId: 'phone-1' });
    analytics.track({ anonymousId: 'phone-1', event: 'Opened App' });
    await analytics.flush();

    expect(failures).toEqual([]);
    const person = await visitorOf(client, 'anon:phone-1');
    expect(person).toMatchObject({
      userId: 'user-1',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      attributes: { plan: 'free', firstName: 'Ada', company: 'Acme Inc' },
      company: { externalId: 'acme', name: 'Acme Inc' },
      browser: { name: 'Chrome' },
      location: { timezone: 'Europe/Rome' },
      eventCount: 2,
    });
    expect(await eventsOf(client, 'user:user-1')).toEqual([
      '/App/Settings',
      'Opened App',
      'Signed Up',
      'https://example.com/?utm_source=ad',
    ]);
  });

  it('delivers what it is given, each once, though half of the answers are lost after the commit', async () => {
    const names = trackMany(40);
    wire.lose(2);
    await analytics.flush();
    const flushed = trackMany(40, 40);
    wire.lose(2);
    await analytics.flush();

    expect(wire.lost).toBe(4);
    expect(failures).toEqual([]);
    expect(await eventsOf(client, 'user:user-1')).toEqual([...names, ...flushed].sort());
    expect((await visitorOf(client, 'user:user-1')).eventCount).toBe(80);
  });

  it('waits while the server has too much to do, and delivers everything then', async () => {
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const statuses: number[] = [];
    const fill = () => client.post('/batch', { items: Array.from({ length: 30 }, item) });
    const filling = Array.from({ length: 12 }, () => fill().then(({ status }) => statuses.push(status)));
    await vi.waitFor(() => expect(statuses).toContain(429));
    const before = wire.answered.length;
    const names = trackMany(20);
    const flushed = analytics.flush();
    await vi.waitFor(() => expect(wire.answered.slice(before)).toContain(429), { timeout: 10_000 });
    open();
    await Promise.all([flushed, ...filling]);

    expect(failures).toEqual([]);
    expect(await eventsOf(client, 'user:user-1')).toEqual(names.sort());
  });

  it('sends again what met a passing fault', async () => {
    gate = Promise.reject(new Unavailable('The database cannot be reached right now.'));
    gate.catch(() => undefined);
    const before = wire.answered.length;
    const names = trackMany(20);
    const flushed = analytics.flush();
    await vi.waitFor(() => expect(wire.answered.slice(before)).toEqual([503, 503]), { timeout: 10_000 });
    gate = Promise.resolve();
    await flushed;

    expect(failures).toEqual([]);
    expect(await eventsOf(client, 'user:user-1')).toEqual(names.sort());
  });

  it('gives up at once on a key that is refused', async () => {
    const stranger = sdk('sk_unknown');
    const before = wire.answered.length;
    stranger.track({ userId: 'user-1', event: 'e' });
    await stranger.closeAndFlush();
    expect(wire.answered.slice(before)).toEqual([401]);
    expect(failures).toHaveLength(1);
  });

  it('may speak with a publishable key too, and is no browser then', async () => {
    const { keys } = await server.world.workspace();
    const page = sdk(keys.publishableKey ?? '');
    page.identify({ userId: 'user-1', traits: { plan: 'free' } });
    await page.closeAndFlush();
    expect(failures).toEqual([]);
    const { browser, attributes } = await visitorOf(new Client(origin, keys.secretKey ?? ''), 'user:user-1');
    expect([browser.name, attributes]).toEqual([null, { plan: 'free' }]);
  });
});

/** As a customer would set it up, but for the size of its batches. */
function sdk(writeKey: string): Analytics {
  failures = [];
  const made = new Analytics({ writeKey, host: wire.origin, flushAt: 10 });
  made.on('error', (failure) => failures.push(failure));
  return made;
}

function trackMany(count: number, from = 0): string[] {
  const names = Array.from({ length: count }, (_, i) => `event ${String(from + i).padStart(3, '0')}`);
  for (const event of names) analytics.track({ userId: 'user-1', event });
  return names;
}

function item(_: unknown, i: number) {
  return { type: 'track', userId: 'user-2', name: `filling ${i}` };
}

function gated(db: Database): Database {
  const pipelined: Database['pipelined'] = async (work) => {
    await gate;
    return db.pipelined(work);
  };
  return { ...db, pipelined };
}
