/** Whatever the network does, everything arrives, once. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import {
  anonymousIdIn,
  call,
  eventually,
  openStage,
  type Person,
  type Site,
  type Stage,
  sessionsOf,
  stored,
  visit,
} from './stage.ts';

describeInChromium('delivery', (browser) => {
  let stage: Stage;
  let site: Site;
  let person: Person;
  let page: Page;
  let anonymous: string;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    site = await stage.site();
    person = await visit(browser());
    page = await person.open(site.origin);
    anonymous = `anon:${await anonymousIdIn(page, site)}`;
    await eventually(async () => expect((await sessionsOf(site, anonymous))[0]?.pagesViewed).toBe(1));
    await eventually(async () => expect(await waiting()).toBe(0));
  });
  afterEach(async () => {
    expect(person.errors).toEqual([]);
    await person.close();
  });

  async function track(...names: readonly string[]): Promise<void> {
    for (const name of names) await call(page, `'trackEvent', '${name}'`);
  }

  /** What we wrote to the console; the browser writes of failed requests itself. */
  const ours = () => person.console.filter((line) => line.startsWith('[TransactionalSupport]'));

  const waiting = async () =>
    page.evaluate(`Object.keys(localStorage).filter((key) => key.indexOf('support-${site.key}-q') === 0).length`);

  it('needs no preflight, and says anew at each attempt when it sends', async () => {
    site.line.refuse({ status: 503, headers: { 'Retry-After': '1' } });
    await track('a');
    await stored(site, anonymous, ['a']);
    const [refused, accepted] = site.line.batches.slice(-2);
    expect(accepted?.items).toEqual(refused?.items);
    expect(Date.parse(accepted?.sentAt ?? '') - Date.parse(refused?.sentAt ?? '')).toBeGreaterThanOrEqual(1000);
    expect(accepted?.contentType).toMatch(/^text\/plain/);
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  it('waits while the browser is offline, over a reload too, and goes on at once when it is back', async () => {
    const sent = site.line.batches.length;
    for (const round of ['1', '2', '3']) {
      await person.context.setOffline(true);
      await track(`a${round}`, `b${round}`);
      await person.context.setOffline(false);
      await track(`c${round}`);
    }
    await stored(site, anonymous, ['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
    expect(site.line.batches.length).toBeGreaterThan(sent);
  });

  it('waits while the server is down, and for the next page when this one ends', async () => {
    await site.line.cut();
    await track('a', 'b');
    await eventually(async () => expect(await waiting()).toBe(2));
    await page.close();
    await site.line.open();
    page = await person.open(`${site.origin}/next`);
    await track('c');
    await stored(site, anonymous, ['a', 'b', 'c']);
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  it('comes again after refusals that pass, and not before it was asked to', async () => {
    site.line.refuse({ status: 429, headers: { 'Retry-After': '2' } }, { status: 500 });
    const start = site.line.batches.length;
    await track('a');
    await eventually(() => expect(site.line.batches.length).toBe(start + 1));
    await track('b');
    await stored(site, anonymous, ['a', 'b']);
    const [first, second, third] = site.line.batches.slice(start).map(({ sentAt }) => Date.parse(sentAt));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(2000);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it('stores everything once though answers are lost after the commit', async () => {
    site.line.lose(2);
    await track('a', 'b');
    await eventually(() =>
      expect(site.line.batches.filter(({ items }) => items.some(({ name }) => name === 'a')).length).toBe(3),
    );
    await track('c');
    await stored(site, anonymous, ['a', 'b', 'c']);
  });

  it('stops, says so once and keeps what it has when the key is refused', async () => {
    site.line.refuse({ status: 401 });
    await track('a');
    await eventually(() => expect(ours()).toEqual([expect.stringContaining('answered 401')]));
    await track('b');
    await eventually(async () => expect(await waiting()).toBe(2));
    await page.reload();
    await stored(site, anonymous, ['a', 'b']);
    expect(ours()).toHaveLength(1);
  });

  it('divides what is too large', async () => {
    const start = site.line.batches.length;
    site.line.refuse({ status: 413 }, { status: 413 });
    await page.evaluate(`for (let i = 0; i < 8; i++) TransactionalSupport('trackEvent', 'event ' + i)`);
    await stored(
      site,
      anonymous,
      Array.from({ length: 8 }, (_, i) => `event ${i}`),
    );
    const sizes = site.line.batches.slice(start).map(({ items }) => items.length);
    expect(sizes.slice(0, 3)).toEqual([8, 4, 2]);
  });

  it('drops what the server refuses for good, says why, and sends the rest', async () => {
    await page.evaluate(
      `TransactionalSupport('trackEvent', 'x'.repeat(300)); TransactionalSupport('trackEvent', 'good')`,
    );
    await stored(site, anonymous, ['good']);
    await eventually(async () => expect(await waiting()).toBe(0));
    expect(ours()).toEqual([expect.stringMatching(/track was refused: name_too_long \/name/)]);
  });

  it.each([
    ['the tab is closed', () => page.close()],
    ['the visitor goes elsewhere', () => page.evaluate(`void (location.href = 'about:blank')`)],
  ])('sends what waits when %s', async (_how, leave) => {
    await page.evaluate(`TransactionalSupport('trackEvent', 'last words')`);
    await leave();
    await stored(site, anonymous, ['last words']);
  });

  it('sends what was done on one page from the next', async () => {
    for (const path of ['/a', '/b', '/c', '/d']) {
      await page.evaluate(`TransactionalSupport('trackEvent', 'left for ${path}'); location.href = '${path}'`);
      await page.waitForURL(site.origin + path);
      await page.waitForFunction('window.TransactionalSupport && TransactionalSupport.isLoaded');
    }
    await stored(site, anonymous, ['left for /a', 'left for /b', 'left for /c', 'left for /d']);
    await eventually(async () => {
      expect((await sessionsOf(site, anonymous))[0]?.pages.map(({ url }) => url)).toEqual([
        '/',
        '/a',
        '/b',
        '/c',
        '/d',
      ]);
    });
  });
});
