/** A visitor's profile in a real browser: what is known, what they did, and under which addresses it is found. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import type { ListeningServer } from '../support/listening.ts';
import { BUILD_MS, type Desk, openDesk, openOffice, PATIENCE_MS } from './desk.ts';
import { seedJohn, stored } from './seeded.ts';

vi.setConfig({ testTimeout: PATIENCE_MS });
let office: ListeningServer;
let desk: Desk;
let page: Page;
let john: string;

beforeAll(async () => {
  office = await openOffice();
}, BUILD_MS);
afterAll(() => office.close());

/** The text of a fact, by its name. */
const fact = (name: string) =>
  page
    .locator('div')
    .filter({ has: page.locator(`dt:text-is("${name}")`) })
    .last()
    .locator('dd')
    .innerText();

describeInChromium('the profile', (browser) => {
  beforeEach(async () => {
    desk = await openDesk(browser(), office);
    ({ page } = desk);
    john = await seedJohn(desk.client);
    await desk.signIn();
  });
  afterEach(async () => {
    await desk.context.close();
    expect(desk.complaints).toEqual([]);
  });

  it('shows who it is, how to reach them, with what they browse, and where', async () => {
    await desk.go(`/visitors/${john}`);
    await page.getByRole('heading', { name: 'John Doe', level: 1 }).waitFor();
    expect(await page.title()).toBe('John Doe · Support');
    for (const word of ['Identified', 'Known', 'Repeat', john]) await page.getByText(word).first().waitFor();
    const facts = ['Email', 'Phone', 'User id', 'Company', 'Customer since', 'City', 'Country', 'Browser', 'System'];
    expect(await Promise.all(facts.map(fact))).toEqual([
      'john@example.com',
      '+1234567890',
      'user-123',
      'Acme Inc',
      'Jan 1, 2024',
      'New York',
      'United States',
      'Chrome 120.0.0',
      expect.stringMatching(/^macOS /),
    ]);
    expect(await fact('Time there')).toBe('Mon 7:00 AM');
    expect(await fact('First seen')).toBe('Jan 1, 2024, 10:00 AM');
    expect(await page.getByRole('link', { name: 'john@example.com' }).getAttribute('href')).toBe(
      'mailto:john%40example.com',
    );
  });

  it('asks for head and part at the same time, once each', async () => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (/\/graphql|\/api\//.test(request.url())) asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
    await desk.go(`/visitors/${john}?tab=sessions`);
    await page.getByRole('heading', { name: 'John Doe' }).waitFor();
    await page.getByText('30 min', { exact: true }).waitFor();
    expect(asked.sort()).toEqual([`GET /api/support/visitors/${john}/sessions`, 'POST /graphql']);
  });

  it('shows events with their properties, and page views, as one chooses', async () => {
    await desk.go(`/visitors/${john}`);
    const purchase = page.getByRole('button', { name: /purchase_completed/ });
    await purchase.click();
    expect(await fact('orderId')).toBe('12345');
    expect(await fact('amount')).toBe('99.99');
    const pricing = page.getByRole('button', { name: /Pricing/ });
    expect(await pricing.innerText()).toMatch(/Pricing\s*\/pricing\s+10:10:00 AM/);
    expect(await pricing.locator('time').getAttribute('title')).toContain('Monday, January 15, 2024');
    await page.getByRole('link', { name: /^Events/ }).click();
    expect(await page.getByRole('link', { name: /^Events/ }).innerText()).toMatch(/^Events\s+2$/);
    await pricing.waitFor({ state: 'detached' });
    expect(
      await page
        .getByRole('button', { expanded: false })
        .filter({ has: page.locator('time') })
        .count(),
    ).toBe(2);
    await page.getByRole('link', { name: 'Page views' }).click();
    await purchase.waitFor({ state: 'detached' });
    expect(page.url()).toContain('?type=page');
    await page.getByRole('button', { name: /Home/ }).click();
    expect(await fact('url')).toBe('https://www.example.com/?utm_source=newsletter');
    await page.goBack();
    await purchase.waitFor();
  });

  it('shows sessions with their pages, how long each took, and where they came from', async () => {
    await desk.go(`/visitors/${john}`);
    await page.getByRole('link', { name: /^Sessions/ }).click();
    const pages = page.getByRole('list', { name: 'Pages' });
    await pages.waitFor();
    expect(await pages.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/Home\s+\/\?utm_source=newsletter\s+10:00:00 AM\s+10 min/),
      expect.stringMatching(/Pricing\s+\/pricing\s+10:10:00 AM\s+20 min/),
    ]);
    expect(await fact('Came from')).toBe('https://www.google.com/');
    expect(await fact('UTM source')).toBe('newsletter');
    await page.getByRole('button', { name: /Jan 15, 2024.*2 pages.*30 min/ }).click();
    await pages.waitFor({ state: 'hidden' });
  });

  it('shows attributes as what they are, and the company', async () => {
    await desk.go(`/visitors/${john}?tab=attributes`);
    await page.getByText('premium').waitFor();
    expect(await Promise.all(['plan', 'monthlySpend', 'beta', 'role'].map(fact))).toEqual([
      'premium',
      '500',
      'true',
      'Admin',
    ]);
    await page.getByText('2 keys').click();
    await page.getByText('"zip": "10001"').waitFor();
    await page.getByRole('link', { name: 'Company' }).click();
    await page.getByRole('heading', { name: 'Acme Inc' }).waitFor();
  });

  it('shows tags and notes, whose text stays text', async () => {
    await desk.client.visitors.addTag(john, 'Big Spender');
    const { id } = await desk.client.notes.add(john, 'draft');
    await desk.client.notes.update(john, id, 'Likes <b>shoes</b>.\nAnd hats.');
    await desk.go(`/visitors/${john}`);
    await page.getByText('big spender').waitFor();
    await page.getByRole('link', { name: 'Notes' }).click();
    const notes = page.getByRole('list', { name: 'Notes' });
    await notes.waitFor();
    expect(await notes.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^Likes <b>shoes<\/b>\.\nAnd hats\.\s+By .+; changed by /),
    ]);
  });

  it('loads more of a long list when asked', async () => {
    const items = Array.from({ length: 60 }, (_, i) => ({ type: 'track' as const, userId: 'busy', name: `done_${i}` }));
    const { results } = await stored(desk.client, items);
    await desk.go(`/visitors/${results[0]?.visitorId}?type=track`);
    const events = page.getByRole('button', { name: /done_/ });
    await events.first().waitFor();
    expect(await events.count()).toBe(50);
    await page.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => events.count()).toBe(60);
    expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0);
  });

  describe('is found', () => {
    it('under an id that was merged away, which is replaced and told', async () => {
      const { visitorId: other } = await desk.client.events.track({
        anonymousId: 'another-browser-of-john',
        name: 'x',
      });
      await desk.client.visitors.merge({ sourceVisitorId: other ?? '', targetVisitorId: john });
      await desk.go('/visitors');
      await page.locator('[data-row]').first().waitFor();
      await desk.go(`/visitors/${other}?tab=merges`);
      await page.getByText(`${other} was merged into this visitor.`).waitFor();
      expect(page.url()).toBe(`${desk.origin}/dashboard/visitors/${john}?tab=merges`);
      await page.getByText('Merged by hand').waitFor();
      await page.getByText(`${other} became ${john}`).waitFor();
      await page.goBack();
      await page.waitForURL(`${desk.origin}/dashboard/visitors`); // the old address is not in the history
    });

    it('under the customer’s own id, without a notice', async () => {
      await desk.go('/visitors/user:user-123');
      await page.waitForURL(`${desk.origin}/dashboard/visitors/${john}`);
      await page.getByRole('heading', { name: 'John Doe' }).waitFor();
      expect(await page.getByText('was merged into').count()).toBe(0);
    });
  });

  it('says when there is no such visitor, or no such page', async () => {
    await desk.go('/visitors/vis_00000000000000000000000000');
    await page.getByRole('heading', { name: 'There is no such visitor' }).waitFor();
    await page.getByRole('link', { name: 'To the visitors' }).click();
    await page.getByRole('link', { name: 'John Doe' }).waitFor();
    await desk.go('/nowhere/at/all');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    desk.complaints.splice(0); // that something is missing is shown by the browser, too
  });
});
