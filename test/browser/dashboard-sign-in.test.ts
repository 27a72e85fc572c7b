/** Signing in to the dashboard and out of it, in a real browser: what it takes, where it leads, and what it leaves. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSignInCode } from '../../src/services/sign-in-code.ts';
import { describeInChromium } from '../support/chromium.ts';
import type { ListeningServer } from '../support/listening.ts';
import { AGENT, BUILD_MS, type Desk, openDesk, openOffice, PATIENCE_MS } from './desk.ts';
import { seedJohn } from './seeded.ts';

vi.setConfig({ testTimeout: PATIENCE_MS });
let office: ListeningServer;
let desk: Desk;
let page: Page;

beforeAll(async () => {
  office = await openOffice();
}, BUILD_MS);
afterAll(() => office.close());

/** Fills in what is given, and sends it. */
async function submit({ key, name }: { readonly key?: string; readonly name?: string }): Promise<void> {
  if (key !== undefined) await page.getByLabel('Secret key').fill(key);
  if (name !== undefined) await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Everything the page could have kept. */
const kept = (): Promise<string> =>
  page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie])');

describeInChromium('the dashboard', (browser) => {
  beforeEach(async () => {
    desk = await openDesk(browser(), office);
    ({ page } = desk);
  });
  afterEach(async () => {
    await desk.context.close();
    expect(desk.complaints).toEqual([]);
  });

  describe('signs an agent in', () => {
    it('with a secret key, and leads on to where they wanted to go', async () => {
      const john = await seedJohn(desk.client);
      await desk.go(`/visitors/${john}?tab=attributes`);
      await page.waitForURL(/\/dashboard\/sign-in\?from=/);
      await submit({ key: desk.secretKey, name: AGENT });
      await page.getByRole('heading', { name: 'John Doe' }).waitFor();
      expect(page.url()).toBe(`${desk.origin}/dashboard/visitors/${john}?tab=attributes`);
      await page.getByRole('button', { name: `Account of ${AGENT}` }).waitFor();
    });

    it('and keeps no key anywhere in the page', async () => {
      await desk.go('/sign-in');
      await submit({ key: desk.secretKey, name: AGENT });
      await page.getByRole('heading', { name: 'Visitors', exact: true }).waitFor();
      expect(await kept()).toBe(JSON.stringify([{}, {}, `${desk.origin}/dashboard/visitors`, '']));
      expect(await page.content()).not.toContain(desk.secretKey);
    });

    it('with a one-time link, whose code leaves the address at once and works once', async () => {
      const code = await makeSignInCode(office.world, desk.secretKey);
      await desk.go(`/sign-in#code=${code}`);
      await page.getByText('Your sign-in link is ready').waitFor();
      expect(page.url()).toBe(`${desk.origin}/dashboard/sign-in`);
      await submit({ name: AGENT });
      await page.getByRole('heading', { name: 'Visitors', exact: true }).waitFor();
      expect(await kept()).not.toContain(code);

      await desk.context.clearCookies();
      await page.goto('about:blank');
      await desk.go(`/sign-in#code=${code}`);
      await submit({ name: AGENT });
      await page.getByText('This sign-in link was used before or has expired.').waitFor();
      await page.getByLabel('Secret key').waitFor(); // the other way in
    });

    it('no more who is signed in: another link or the address leads on', async () => {
      const code = await makeSignInCode(office.world, desk.secretKey);
      await desk.go(`/sign-in#code=${code}`);
      await submit({ name: AGENT });
      await page.getByRole('heading', { name: 'Visitors', exact: true }).waitFor();
      for (const path of [`/sign-in#code=${code}`, '/sign-in?from=/visitors?q=ann']) {
        await page.goto('about:blank');
        await desk.go(path);
        await page.getByRole('heading', { name: 'Visitors', exact: true }).waitFor();
        await page.getByRole('button', { name: `Account of ${AGENT}` }).waitFor();
        expect(page.url()).not.toMatch(/sign-in|code=/);
      }
      expect(page.url()).toBe(`${desk.origin}/dashboard/visitors?q=ann`);
    });

    it('with nothing in the console that looks like a fault', async () => {
      const lines: string[] = [];
      page.on('console', (line) => lines.push(line.text()));
      await desk.go('/visitors');
      await page.getByLabel('Secret key').waitFor();
      await submit({ key: desk.secretKey, name: AGENT });
      await page.getByRole('heading', { name: 'Visitors', exact: true }).waitFor();
      expect(lines).toEqual([]);
    });

    it('never leads to another site afterwards', async () => {
      await desk.go('/sign-in?from=//example.com/');
      await submit({ key: desk.secretKey, name: AGENT });
      await page.waitForURL(`${desk.origin}/dashboard/visitors`);
    });
  });

  describe('says what to do', () => {
    it.each([
      ['without a key', () => ({ key: '', name: AGENT }), 'Paste a secret key', 'Secret key'],
      ['without a name', () => ({ key: desk.secretKey, name: ' ' }), 'Enter the name', 'Your name'],
      ['to an unknown key', () => ({ key: `sk_${'x'.repeat(40)}`, name: AGENT }), 'This key is unknown', 'Secret key'],
      ['to a publishable key', () => ({ key: desk.publishableKey, name: AGENT }), 'can only send', 'Secret key'],
    ])('%s', async (_what, given, message, field) => {
      await desk.go('/sign-in');
      await submit(given());
      await page.getByText(message).waitFor();
      const input = page.getByLabel(field);
      expect(await input.getAttribute('aria-invalid')).toBe('true');
      await input.and(page.locator(':focus')).waitFor(); // where it is mended
      desk.complaints.splice(0); // that the server refused is shown by the browser, too
    });

    it('when the server is not there', async () => {
      await desk.go('/sign-in');
      await page.route('**/dashboard/session', (route) => route.abort());
      await submit({ key: desk.secretKey, name: AGENT });
      await page.getByRole('alert').getByText('could not be reached').waitFor();
      desk.complaints.splice(0);
    });
  });

  it('signs out, for good', async () => {
    await desk.signIn();
    await desk.go('/visitors');
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Secret key').waitFor();
    await page.goBack();
    await page.getByLabel('Secret key').waitFor();
  });

  it('asks to sign in again when the session ended meanwhile, and goes on from there', async () => {
    const john = await seedJohn(desk.client);
    await desk.signIn();
    await desk.go(`/visitors/${john}`);
    await page.getByRole('heading', { name: 'John Doe' }).waitFor();
    await desk.context.clearCookies();
    await page.getByRole('link', { name: /Sessions/ }).click();
    await page.waitForURL(/sign-in/);
    await submit({ key: desk.secretKey, name: AGENT });
    await page.waitForURL(`${desk.origin}/dashboard/visitors/${john}?tab=sessions`);
    await page.getByRole('button', { name: /Jan 15, 2024/ }).waitFor();
  });
});
