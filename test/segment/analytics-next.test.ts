/** Segment's own SDK for browsers, as it is shipped, on a page of another origin: preflights, settings and all. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../support/client.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { type BrowserPage, openPage, PAGE_URL } from './browser-page.ts';
import { eventsOf, visitorOf } from './stored.ts';
import { Wire } from './wire.ts';

let server: TestServer;
let origin: string;
let wire: Wire;
let writeKey: string;
let client: Client;
let page: BrowserPage;

beforeAll(async () => {
  server = await openServer({ TRUST_PROXY: '1' });
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
  writeKey = keys.publishableKey ?? '';
  client = new Client(origin, keys.secretKey ?? '');
});
afterEach(() => page.close());

/** The SDK takes its time between two attempts. */
const PATIENCE = { timeout: 20_000, interval: 100 };

/** Waits until exactly these are stored of somebody. */
function stored(person: string, names: readonly string[]): Promise<void> {
  return vi.waitFor(async () => expect(await eventsOf(client, person)).toEqual([...names].sort()), PATIENCE);
}

describe('the SDK', () => {
  it('delivers each kind of call, and takes everything it needs to know from this server', async () => {
    page = await openPage({ writeKey, cdn: wire.origin });
    const { analytics } = page;
    const anonymous = `anon:${analytics.user().anonymousId()}`;
    await analytics.track('Clicked', { button: 'buy' });
    await analytics.identify('user-1', { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' });
    await analytics.group('acme', { name: 'Acme Inc', plan: 'premium' });
    await analytics.page('Docs', 'Start');
    await analytics.alias('user-1', 'old-browser-1');
    await analytics.track('Read');
    analytics.reset();
    await analytics.track('Came Back');

    const stranger = `anon:${analytics.user().anonymousId()}`;
    await stored(stranger, ['Came Back']);
    await stored(anonymous, ['Clicked', 'Read', PAGE_URL, PAGE_URL]);
    expect(await visitorOf(client, anonymous)).toMatchObject({
      userId: 'user-1',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      company: { externalId: 'acme', name: 'Acme Inc' },
      eventCount: 2,
    });
    expect((await visitorOf(client, 'anon:old-browser-1')).userId).toBe('user-1');
    expect((await visitorOf(client, stranger)).identified).toBe(false);
    expect(page.errors).toEqual([]);
  });

  it('delivers what it is given, each once, though answers are lost after the commit', async () => {
    page = await openPage({ writeKey, cdn: wire.origin });
    const anonymous = `anon:${page.analytics.user().anonymousId()}`;
    await stored(anonymous, [PAGE_URL]);
    const before = wire.answered.length;
    wire.lose(4);
    const names = Array.from({ length: 8 }, (_, i) => `event ${i}`);
    for (const name of names) await page.analytics.track(name);
    // Each lost answer makes the SDK send that message once more; that of the page may come only now.
    await vi.waitFor(() => expect(wire.answered.length - before).toBeGreaterThanOrEqual(8 + 4), PATIENCE);
    expect(new Set(wire.answered)).toEqual(new Set([200]));
    await stored(anonymous, [...names, PAGE_URL]);
  });

  it('delivers in batches when the page asks for them, and what waits when the visitor leaves', async () => {
    const { host } = new URL(wire.origin);
    const deliveryStrategy = { strategy: 'batching', config: { size: 5, timeout: 60_000 } };
    const integrations = { 'Segment.io': { apiHost: `${host}/v1`, protocol: 'http', deliveryStrategy } };
    page = await openPage({ writeKey, cdn: wire.origin, loadOptions: { integrations } });
    const anonymous = `anon:${page.analytics.user().anonymousId()}`;
    const names = Array.from({ length: 7 }, (_, i) => `event ${i}`);
    for (const name of names) await page.analytics.track(name);
    await stored(anonymous, [...names.slice(0, 4), PAGE_URL]);
    page.leave();
    await stored(anonymous, [...names, PAGE_URL]);
  });

  it('does not start with a key this server does not know', async () => {
    await expect(openPage({ writeKey: 'pk_unknown', cdn: wire.origin })).rejects.toThrow('no source');
  });
});
