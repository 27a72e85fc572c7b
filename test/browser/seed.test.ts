/** The calls of the guide, word by word, on a page of another origin. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { eventsOf, eventually, openStage, type Stage, sessionsOf, stored, visit, visitorOf } from './stage.ts';

const CALLS = `<script>
TransactionalSupport('identify', 'user-123', {
name: 'John Doe',
email: 'john@example.com',
phone: '+1234567890',
createdAt: '2024-01-01',
// Custom attributes
plan: 'premium',
company: 'Acme Inc',
role: 'Admin',
monthlySpend: 500,
lastLoginAt: new Date().toISOString()
});
// Update existing user attributes
TransactionalSupport('update', {
plan: 'enterprise',
monthlySpend: 2000
});
// When route changes
TransactionalSupport('trackPageView');

// With custom page name
TransactionalSupport('trackPageView', {
page: '/dashboard',
title: 'User Dashboard'
});
// Track a purchase
TransactionalSupport('trackEvent', 'purchase_completed', {
orderId: '12345',
amount: 99.99,
product: 'Pro Plan'
});

// Track feature usage
TransactionalSupport('trackEvent', 'feature_used', {
feature: 'export_data',
format: 'csv'
});
</script>`;

describeInChromium('the calls of the guide', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('made before the widget is there, are all stored, in their order', async () => {
    const site = await stage.site({ title: 'Home', body: CALLS });
    const person = await visit(browser(), { timezoneId: 'America/New_York', locale: 'en-GB' });
    await person.open(`${site.origin}/?utm_source=ad`);

    await stored(site, 'user:user-123', ['purchase_completed', 'feature_used']);
    await eventually(async () => {
      const [session, ...others] = await sessionsOf(site, 'user:user-123');
      expect(others).toEqual([]);
      expect(session?.pages.map(({ url, title }) => [url, title])).toEqual([
        ['/?utm_source=ad', 'Home'],
        ['/dashboard', 'User Dashboard'],
      ]);
      expect(session).toMatchObject({ utm: { source: 'ad' }, landingPage: `${site.origin}/?utm_source=ad` });
    });
    expect(await visitorOf(site, 'user:user-123')).toMatchObject({
      name: 'John Doe',
      email: 'john@example.com',
      phone: '+1234567890',
      createdAt: '2024-01-01T00:00:00.000Z',
      attributes: { plan: 'enterprise', company: 'Acme Inc', role: 'Admin', monthlySpend: 2000 },
      location: { timezone: 'America/New_York' },
      browser: { name: 'Chrome' },
      os: { name: 'Linux' },
      sessionCount: 1,
    });
    const { data } = await site.client.get<{ properties: object }[]>('/visitors/user:user-123/events');
    expect(data.map(({ properties }) => properties)).toEqual([
      { feature: 'export_data', format: 'csv' },
      { orderId: '12345', amount: 99.99, product: 'Pro Plan' },
    ]);
    expect([person.errors, person.console]).toEqual([[], []]);
    await person.close();
  });

  it('work the same when the key is given by init, and nothing stands in the tag', async () => {
    const site = await stage.site(({ host, key }) => ({
      head: `<script>window.TransactionalSupport = function () { (TransactionalSupport.q = TransactionalSupport.q || []).push(arguments); };
TransactionalSupport('trackEvent', 'before');
TransactionalSupport('init', {key: '${key}'});
TransactionalSupport('identify', 'user-1');</script><script async src="${host}/widget.js"></script>`,
    }));
    const person = await visit(browser());
    await person.open(site.origin);
    await stored(site, 'user:user-1', ['before']);
    await eventually(async () => expect((await sessionsOf(site, 'user:user-1'))[0]?.pagesViewed).toBe(1));
    expect(await eventsOf(site, 'user:user-1')).toEqual(['before']);
    await person.close();
  });
});
