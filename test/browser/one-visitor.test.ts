/**
 * One visitor, from the first page to the agent's screen: a real server, a real browser, and the same person through
 * REST, GraphQL, the SDK and the dashboard.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { QUERIES } from '../../sdk/generated/graphql.ts';
import { createClient } from '../../sdk/index.ts';
import type { Session } from '../../src/contract/session.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import { describeInChromium, openContext } from '../support/chromium.ts';
import { Client } from '../support/client.ts';
import { all } from '../support/sdk-clients.ts';
import { KEYS, openPlace, type Place, type RunningServer, startServer } from '../support/server-process.ts';
import { AGENT, BUILD_MS, buildDashboard, PATIENCE_MS } from './desk.ts';
import { eventually } from './stage.ts';

vi.setConfig({ testTimeout: 2 * PATIENCE_MS });
const JOHN = 'user:user-123';
let place: Place;
let server: RunningServer;

beforeAll(async () => {
  await buildDashboard();
  place = await openPlace();
  server = await startServer(place);
}, BUILD_MS);
afterAll(async () => {
  await server.stop();
  await place.drop();
});

describeInChromium('a visitor who browses, turns out to be John, and buys', (browser) => {
  it('is one person through every door', async () => {
    const errors: string[] = [];
    const watched = (page: Page) => {
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (line) => line.type() === 'error' && !/401/.test(line.text()) && errors.push(line.text()));
      return page;
    };

    const visitor = await openContext(browser(), { timezoneId: 'America/New_York' });
    const shop = watched(await visitor.newPage());
    await shop.goto(`${server.origin}/demo?key=${KEYS.publishableKey}`);
    for (const path of ['/demo/features', '/demo/pricing']) {
      await shop.click(`nav a[href="${path}"]`);
      await shop.waitForURL(server.origin + path);
    }
    const rest = new Client(server.origin, KEYS.secretKey);
    await eventually(async () => expect((await rest.get('/visitors')).meta.total).toBe(1));
    const [stranger] = (await rest.get<Visitor[]>('/visitors')).data;
    expect(stranger).toMatchObject({ userId: null, identified: false, known: false, eventCount: 0 });
    for (const title of ['Identify', 'Track a purchase']) {
      await shop.getByRole('button', { name: `Run: ${title}` }).click();
    }
    const visits = () => rest.all<Session>(`/visitors/${JOHN}/sessions`);
    await eventually(async () => {
      expect((await rest.get<Visitor>(`/visitors/${JOHN}`)).data.eventCount).toBe(1);
      expect((await visits()).map(({ pagesViewed, pages }) => [pagesViewed, pages.map(({ url }) => url)])).toEqual([
        [3, ['/demo', '/demo/features', '/demo/pricing']],
      ]);
    });
    await visitor.close();

    const { data: john } = await rest.get<Visitor>(`/visitors/${JOHN}`);
    expect(john).toMatchObject({
      id: stranger?.id,
      userId: 'user-123',
      name: 'John Doe',
      email: 'john@example.com',
      phone: '+1234567890',
      attributes: {
        plan: 'premium',
        company: 'Acme Inc',
        role: 'Admin',
        monthlySpend: 500,
        createdAt: '2024-01-01T00:00:00.000Z',
      },
      company: { externalId: 'Acme Inc', name: 'Acme Inc' },
      location: { timezone: 'America/New_York' },
      browser: { name: 'Chrome' },
      os: { name: 'Linux' },
      sessionCount: 1,
      eventCount: 1,
    });

    const sdk = createClient({ url: server.origin, key: KEYS.secretKey });
    const byHand = async () => {
      const response = await fetch(`${server.origin}/graphql`, {
        method: 'POST',
        headers: { 'x-api-key': KEYS.secretKey, 'content-type': 'application/json' },
        body: JSON.stringify({ query: String(QUERIES.visitor), variables: { id: JOHN } }),
      });
      return (await response.json()).data.visitor;
    };
    // What the page said last may still be on its way.
    await eventually(async () => {
      const { data: expected } = await rest.get<Visitor>(`/visitors/${JOHN}`);
      const seen = [await byHand(), await sdk.query.visitor({ id: JOHN }), await sdk.visitors.get(JOHN)];
      for (const each of seen) expect(comparable(each)).toEqual(comparable(expected));
      expect(await all(sdk.sessions.list(JOHN))).toEqual(await visits());
    });
    expect(await all(sdk.events.list(JOHN))).toMatchObject([
      { name: 'purchase_completed', properties: { orderId: '12345', amount: 99.99, product: 'Pro Plan' } },
    ]);

    const desk = watched(await (await openContext(browser())).newPage());
    await desk.goto(`${server.origin}/dashboard`);
    await desk.getByLabel('Secret key').fill(KEYS.secretKey);
    await desk.getByLabel('Your name').fill(AGENT);
    await desk.getByRole('button', { name: 'Sign in' }).click();
    await desk.getByRole('searchbox').fill('john@ex');
    await desk.getByRole('link', { name: 'John Doe' }).click();
    await desk.waitForURL(`${server.origin}/dashboard/visitors/${john.id}`);
    for (const text of ['john@example.com', '+1234567890', 'Acme Inc']) await desk.getByText(text).first().waitFor();
    await desk.getByRole('button', { name: /purchase_completed/ }).waitFor();
    await desk.getByRole('link', { name: /^Sessions/ }).click();
    await desk.getByRole('list', { name: 'Pages' }).waitFor();
    expect(await desk.getByRole('list', { name: 'Pages' }).getByRole('listitem').count()).toBe(3);
    await desk.getByRole('link', { name: 'Attributes' }).click();
    await desk.getByText('premium').waitFor();
    expect(errors).toEqual([]);
  });
});

/** Without what one door alone says, and what a clock moves while nothing happens. */
function comparable(seen: object): object {
  const { currentSession: _current, etag: _etag, redirectedFrom: _from, ...rest } = seen as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest));
}
