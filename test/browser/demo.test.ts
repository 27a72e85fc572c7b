/** The demo: its calls are those it shows, it works by keyboard, and anybody can read it. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLS, type Support } from '../../src/demo/calls.ts';
import { describeInChromium } from '../support/chromium.ts';
import { eventsOf, eventually, openStage, type Stage, sessionsOf, visit, visitorOf } from './stage.ts';

describe('the calls of the demo', () => {
  it.each(CALLS.map((call) => [call.title, call] as const))('do what they show: %s', (_title, { code, run }) => {
    const callsOf = (work: (support: Support) => unknown) => {
      const calls: unknown[] = [];
      work((...call) => calls.push(call));
      // The moment of the call is part of one.
      return JSON.stringify(calls).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'now');
    };
    expect(callsOf(run)).toBe(callsOf(new Function('TransactionalSupport', code) as (support: Support) => unknown));
  });
});

describeInChromium('the demo', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('asks for a key, keeps it, and sends every call, by keyboard alone', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(`${site.host}/demo`);
    await page.focus('#key');
    await page.keyboard.type(site.key);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#calls button');
    expect(page.url()).toBe(`${site.host}/demo`);
    await page.focus('nav a[href="/demo/pricing"]');
    await page.keyboard.press('Enter');
    expect(await page.textContent('h1')).toBe('One price per room');
    for (const { title } of CALLS) {
      await page.getByRole('button', { name: `Run: ${title}` }).focus();
      await page.keyboard.press('Enter');
    }
    await eventually(async () => {
      expect(await eventsOf(site, 'user:user-123')).toEqual(['purchase_completed', 'feature_used']);
      const [session] = await sessionsOf(site, 'user:user-123');
      // The page view tracked by hand is the one seen by itself, when that has just begun.
      const urls = new Set(session?.pages.map(({ url }) => url));
      expect([...urls]).toEqual(['/demo', '/demo/pricing', '/dashboard']);
    });
    expect(await visitorOf(site, 'user:user-123')).toMatchObject({
      name: 'John Doe',
      attributes: { plan: 'enterprise' },
    });
    await eventually(async () => expect(await page.locator('.log .accepted').count()).toBeGreaterThanOrEqual(9));
    await page.goto(`${site.host}/demo/features`);
    expect(await page.isVisible('#calls button')).toBe(true);
    expect([person.errors, person.console]).toEqual([[], []]);
    await person.close();
  });

  it('knows after a reload who somebody is, and leads to where agents see them', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(`${site.host}/demo?key=${site.key}`);
    await page.getByRole('button', { name: 'Run: Identify' }).click();
    await eventually(async () => expect((await visitorOf(site, 'user:user-123')).name).toBe('John Doe'));
    await page.reload();
    await eventually(async () => expect(await page.textContent('#who')).toBe('John Doe'));
    await page.getByRole('button', { name: 'Run: Log out' }).click();
    await page.reload();
    await eventually(async () => expect(await page.textContent('#who')).toBe('Anonymous visitor'));
    expect(await page.getByRole('link', { name: 'Dashboard' }).getAttribute('href')).toBe('/dashboard');
    await person.close();
  });

  it('says what to do about a key that is wrong', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(`${site.host}/demo?key=pk_of_nobody_0123456789`);
    await page.getByRole('alert').getByText('Press “Use another key”').waitFor();
    await page.getByRole('button', { name: 'Use another key' }).click();
    await page.waitForSelector('#key:visible');
    await person.close();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing to complain of in its %s colours, with and without a key',
    async (colorScheme) => {
      const site = await stage.site();
      const person = await visit(browser(), { colorScheme });
      for (const path of ['/demo', `/demo/pricing?key=${site.key}`]) {
        const page = await person.open(site.host + path);
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
          .analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }
      await person.close();
    },
  );

  it('fits a telephone', async () => {
    const site = await stage.site();
    const person = await visit(browser(), { viewport: { width: 320, height: 640 } });
    const page = await person.open(`${site.host}/demo?key=${site.key}`);
    await page.waitForSelector('#calls button');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await person.close();
  });
});
