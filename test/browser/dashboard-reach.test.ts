/** The dashboard for everybody and against anybody: every page in light and dark and on a phone, with values meant to break it. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import type { ListeningServer } from '../support/listening.ts';
import { BUILD_MS, barriersOn, type Desk, openDesk, openOffice, overflowOf } from './desk.ts';
import { seedJohn, seedMany, stored } from './seeded.ts';

let office: ListeningServer;
let desk: Desk;
let page: Page;

beforeAll(async () => {
  office = await openOffice();
}, BUILD_MS);
afterAll(() => office.close());

/** Looking closely at many pages takes a while on a machine that has other work. */
const PATIENCE_MS = 300_000;
const NAME = '<img src=x onerror="window.hurt=1">';
const many = Object.fromEntries(Array.from({ length: 240 }, (_, i) => [`key_${i}`, i]));
let deep: unknown = 'end';
for (let level = 0; level < 6; level++) deep = { level: deep };

/** Values as somebody sends them who wants to do harm. @returns the ids of their owners. */
async function seedHarm(): Promise<string[]> {
  const script = '<script>window.hurt=1</script>';
  const attributes = {
    deep,
    script,
    link: 'javascript:window.hurt=1',
    long: 'x'.repeat(5000),
    nothing: '\u200b',
    ...many,
  };
  const traits = { name: NAME, avatarUrl: 'https://127.0.0.1:1/none.png', ...attributes };
  const { results } = await stored(desk.client, [
    { type: 'identify', userId: 'script', traits },
    {
      type: 'identify',
      userId: 'backwards',
      traits: { name: `\u202e${'W'.repeat(200)}`, email: `${'y'.repeat(200)}@example.com` },
    },
    { type: 'identify', userId: 'unseen', traits: { name: '\u200b\u2060\u200d', phone: 'tel:*#06#;ext' } },
    { type: 'session', action: 'start', userId: 'script', sessionId: 's' },
    { type: 'page', userId: 'script', sessionId: 's', url: `https://example.com/${'a'.repeat(1900)}`, title: script },
    { type: 'track', userId: 'script', name: `<svg onload="window.hurt=1">${'n'.repeat(150)}`, properties: { deep } },
  ]);
  return results.slice(0, 3).map(({ visitorId }) => visitorId ?? '');
}

describeInChromium('the dashboard', (browser) => {
  afterEach(async () => {
    await desk.context.close();
    expect(desk.complaints).toEqual([]);
  });

  describe.each([
    ['in light colours', { colorScheme: 'light' }],
    ['in dark colours', { colorScheme: 'dark' }],
    ['on a phone', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
  ] as const)('%s', (_how, options) => {
    it(
      'has no barriers on any page',
      async () => {
        desk = await openDesk(browser(), office, options);
        ({ page } = desk);
        const look = async (path: string, ready: string) => {
          if (path !== '') await desk.go(path);
          await page.getByText(ready).first().waitFor();
          expect([path, ready, await barriersOn(page), await overflowOf(page)]).toEqual([path, ready, [], 0]);
        };
        await look('/sign-in', 'Secret key');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await look('', 'Paste a secret key');
        await desk.signIn();
        await look('/visitors', 'No visitors yet');
        const john = await seedJohn(desk.client);
        await seedMany(desk.client, 30);
        await look('/visitors', 'John Doe');
        await look('/visitors?q=nobody', 'Nobody found');
        await look('/nowhere', 'There is no such page');
        await look(`/visitors/${john}`, 'purchase_completed');
        await page.getByRole('button', { name: /purchase_completed/ }).click();
        await look('', '99.99');
        await look(`/visitors/${john}?tab=sessions`, 'Pricing');
        await look(`/visitors/${john}?tab=attributes`, 'monthlySpend');
        await look(`/visitors/${john}?tab=company`, 'First named');
        await look(`/visitors/${john}?tab=merges`, 'Identified');
        await page.keyboard.press('?');
        await look('', 'Keyboard shortcuts');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: /Account/ }).click();
        await look('', 'Sign out');
      },
      PATIENCE_MS,
    );

    it(
      'holds its shape whatever visitors send, and runs none of it',
      async () => {
        desk = await openDesk(browser(), office, options);
        ({ page } = desk);
        await page.route('https://127.0.0.1:1/**', (route) => route.fulfill({ status: 200, body: 'no picture' }));
        const [script, backwards, unseen] = await seedHarm();
        await desk.signIn();
        await desk.go('/visitors');
        await page.getByRole('link', { name: NAME }).waitFor();
        expect(await overflowOf(page)).toBe(0);
        await page.getByRole('link', { name: /^Name without letters/ }).waitFor();
        for (const [id, tab] of [
          [script, 'events'],
          [script, 'sessions'],
          [script, 'attributes'],
          [backwards, 'attributes'],
          [unseen, 'attributes'],
        ]) {
          await desk.go(`/visitors/${id}?tab=${tab}`);
          await page.getByRole('complementary', { name: 'Facts' }).waitFor();
          await page.getByRole('status').filter({ hasText: 'Loading' }).waitFor({ state: 'detached' });
          const closed = page.locator('main button[aria-expanded=false]');
          while ((await closed.count()) > 0) await closed.first().click();
          for (const folded of await page.locator('summary').all()) await folded.click();
          expect([tab, await overflowOf(page)]).toEqual([tab, 0]);
          const targets = await page.evaluate(`[...document.querySelectorAll('main a')].map((link) => link.protocol)`);
          expect(targets).not.toContain('javascript:');
          const foreign = page.locator('main a[target=_blank]');
          for (const link of await foreign.all())
            expect(await link.getAttribute('rel')).toContain('noopener noreferrer');
        }
        expect(await page.evaluate('window.hurt')).toBeUndefined();
        expect(await page.getByRole('link', { name: 'tel:*#06#;ext' }).getAttribute('href')).toBe('tel:06');
      },
      PATIENCE_MS,
    );
  });

  it('keeps the colours somebody chose, and nothing else', async () => {
    desk = await openDesk(browser(), office, { colorScheme: 'light' });
    ({ page } = desk);
    await desk.signIn();
    await desk.go('/visitors');
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.getByText('No visitors yet').waitFor();
    const light = await background();
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    expect(await background()).not.toBe(light);
    await page.reload();
    await page.getByText('No visitors yet').waitFor();
    expect(await background()).not.toBe(light);
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).toBe('{"theme":"dark"}');
  });
});
