/** The list of visitors in a real browser: searched, sorted, page by page, by mouse and by keyboard. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { snippet } from '../../sdk/widget/snippet.ts';
import { describeInChromium } from '../support/chromium.ts';
import type { ListeningServer } from '../support/listening.ts';
import { BUILD_MS, type Desk, openDesk, openOffice, PATIENCE_MS } from './desk.ts';
import { seedJohn, seedMany, stored } from './seeded.ts';

vi.setConfig({ testTimeout: PATIENCE_MS });
let office: ListeningServer;
let desk: Desk;
let page: Page;

beforeAll(async () => {
  office = await openOffice();
}, BUILD_MS);
afterAll(() => office.close());

/** Who is listed, in order. */
const names = () => page.locator('[data-row]').allTextContents();
/** Waits until exactly these are listed. */
const listed = (expected: readonly string[]) => expect.poll(names, { timeout: 20_000 }).toEqual(expected);
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `Visitor ${String(from + i).padStart(3, '0')}`);
const address = () => page.url().replace(`${desk.origin}/dashboard`, '');

describeInChromium('the list of visitors', (browser) => {
  beforeEach(async () => {
    desk = await openDesk(browser(), office);
    ({ page } = desk);
    await desk.signIn();
  });
  afterEach(async () => {
    await desk.context.close();
    expect(desk.complaints).toEqual([]);
  });

  it('shows who somebody is, and when they were here', async () => {
    await seedJohn(desk.client);
    await desk.client.events.track({ anonymousId: 'somebody-else-entirely-1', name: 'looked' });
    await desk.go('/visitors');
    const john = page.getByRole('row').filter({ hasText: 'John Doe' });
    await john.waitFor();
    const cells = await john.getByRole('cell').allInnerTexts();
    expect(cells.slice(1)).toEqual(['john@example.com', 'Acme Inc', '1 hour ago', '2', '2', '14 days ago']);
    const seen = john.locator('time').first();
    expect(await seen.getAttribute('dateTime')).toBe('2024-01-15T10:30:00.000Z');
    expect(await seen.getAttribute('title')).toContain('Monday, January 15, 2024');
    await page
      .getByRole('row')
      .filter({ hasText: /Anonymous .{4}/ })
      .waitFor();
    await page.getByRole('status').getByText('2 visitors').waitFor();
  });

  it('is searched while one types, keeps the focus, and can be shared and gone back from', async () => {
    await seedJohn(desk.client);
    await seedMany(desk.client, 3);
    await desk.go('/visitors');
    await listed(['John Doe', ...numbered(0, 3)]);
    await page.keyboard.press('/');
    await page.keyboard.type('V001@');
    await listed(['Visitor 001']);
    expect(address()).toBe('/visitors?q=V001%40');
    expect(await page.getByRole('searchbox').inputValue()).toBe('V001@');
    await page.locator('input[type=search]:focus').waitFor();
    await page.getByRole('status').getByText('1 found').waitFor();

    await page.reload();
    await listed(['Visitor 001']);
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await listed(['John Doe', ...numbered(0, 3)]);
    expect(address()).toBe('/visitors');
    await page.goBack();
    await listed(['Visitor 001']);
    expect(await page.getByRole('searchbox').inputValue()).toBe('V001@');
  });

  it('is searched at once for Enter', async () => {
    await seedMany(desk.client, 3);
    // Here no pause in typing ever ends.
    await page.addInitScript(`{
      const later = setTimeout;
      window.setTimeout = (work, ms, ...more) => (ms === 250 ? 0 : later(work, ms, ...more));
    }`);
    await desk.go('/visitors');
    await listed(numbered(0, 3));
    await page.keyboard.press('/');
    await page.keyboard.type('v002@');
    await page.keyboard.press('Enter');
    await listed(['Visitor 002']);
    expect(address()).toBe('/visitors?q=v002%40');
  });

  it('says when nobody is found, and leads back to all', async () => {
    await seedJohn(desk.client);
    await desk.go('/visitors?q=100%25');
    await page.getByRole('heading', { name: 'Nobody found' }).waitFor();
    await page.getByText('“100%”').waitFor();
    await page.getByRole('link', { name: 'Show all visitors' }).click();
    await listed(['John Doe']);
  });

  it('takes from an address what it can mean, and ignores the rest', async () => {
    await seedMany(desk.client, 2);
    await desk.go('/visitors?sort=age&page=-1&size=7&identity=nobody&q=%20&more=1');
    await listed(numbered(0, 2));
  });

  it('shows only identified or only anonymous visitors', async () => {
    await seedJohn(desk.client);
    await desk.client.events.track({ anonymousId: 'somebody-else-entirely-2', name: 'looked' });
    await desk.go('/visitors');
    await page.getByRole('radio', { name: 'Identified' }).click();
    await listed(['John Doe']);
    expect(address()).toBe('/visitors?identity=identified');
    await page.getByRole('radio', { name: 'Anonymous' }).click();
    await listed([expect.stringMatching(/^Anonymous .{4}$/)]);
    await page.getByRole('radio', { name: 'All' }).click();
    await expect.poll(names).toHaveLength(2);
    expect(address()).toBe('/visitors');
  });

  it('is sorted by a click on a column, and the other way round by the next', async () => {
    await seedMany(desk.client, 3);
    await desk.go('/visitors');
    await listed(numbered(0, 3));
    await page.getByRole('link', { name: 'First seen' }).click();
    expect(address()).toBe('/visitors?sort=-firstSeenAt');
    await page.getByRole('link', { name: 'Name' }).click();
    await page.getByRole('link', { name: 'Name' }).click();
    await listed(numbered(0, 3).reverse());
    expect(address()).toBe('/visitors?sort=-name');
    const head = page.getByRole('columnheader', { name: 'Name' });
    expect(await head.getAttribute('aria-sort')).toBe('descending');
  });

  it('goes page by page, as many to a page as one wants', async () => {
    await seedMany(desk.client, 60);
    await desk.go('/visitors?sort=name');
    await listed(numbered(0, 25));
    await page.getByRole('link', { name: 'Next page' }).click();
    await listed(numbered(25, 50));
    await page.getByText('26–50 of 60').waitFor();
    await page.getByRole('link', { name: 'Next page' }).click();
    await listed(numbered(50, 60));
    expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
    await page.goBack();
    await listed(numbered(25, 50));
    await page.getByLabel('Per page').selectOption('50');
    await listed(numbered(0, 50));
    expect(address()).toBe('/visitors?sort=name&size=50');
    await desk.go('/visitors?page=9');
    await page.getByRole('link', { name: 'To the first page' }).click();
    await listed(numbered(0, 25));
  });

  it('is walked with the keyboard alone', async () => {
    await seedMany(desk.client, 3);
    await desk.go('/visitors');
    await listed(numbered(0, 3));
    const focused = () => page.locator(':focus').textContent();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focused()).toBe('Visitor 001');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    expect(await focused()).toBe('Visitor 001');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await focused()).toBe('Visitor 001'); // where it was
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Visitor 001' }).waitFor();
    expect(await page.locator(':focus').getAttribute('id')).toBe('page'); // the new page is read from its beginning
  });

  it('leaves single keys alone when somebody switched them off, also after a reload', async () => {
    await seedMany(desk.client, 1);
    await desk.go('/visitors');
    await listed(numbered(0, 1));
    await page.keyboard.press('?');
    await page.getByText('Single-key shortcuts').click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.reload();
    await listed(numbered(0, 1));
    await page.keyboard.press('j');
    await page.keyboard.press('?');
    expect(await page.locator('[data-row]:focus').count()).toBe(0);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  describe('tells', () => {
    it('a workspace without visitors how the first one comes', async () => {
      await desk.go('/visitors');
      await page.getByRole('heading', { name: 'No visitors yet' }).waitFor();
      expect(await page.locator('pre').textContent()).toBe(snippet({ host: desk.origin, key: 'pk_…' }));
      expect(await page.getByRole('link', { name: 'demo page' }).getAttribute('href')).toBe('/demo');
    });

    it('what went wrong, how the log names it, and tries again when asked', async () => {
      await stored(desk.client, [{ type: 'identify', userId: 'u', traits: { name: 'Ann' } }]);
      const problem = { code: 'internal', detail: 'Something broke.', status: 500 };
      const headers = { 'x-request-id': 'req_42', 'content-type': 'application/problem+json' };
      await page.route('**/api/support/visitors?**', (route) =>
        route.fulfill({ status: 422, headers, body: JSON.stringify({ ...problem, status: 422 }) }),
      );
      await desk.go('/visitors');
      const alert = page.getByRole('alert');
      await alert.getByText('The visitors could not be loaded').waitFor();
      expect(await alert.innerText()).toMatch(/Something broke\.[\s\S]*req_42/);
      await page.unroute('**/api/support/visitors?**');
      await alert.getByRole('button', { name: 'Try again' }).click();
      await listed(['Ann']);
      desk.complaints.splice(0); // the browser shows refused requests, too
    });
  });
});
