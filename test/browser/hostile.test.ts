/** Pages that make it hard: strict policies, patched prototypes, blocked storage, values that bite – and consent. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { snippet } from '../../sdk/widget/snippet.ts';
import { describeInChromium } from '../support/chromium.ts';
import {
  anonymousIdIn,
  call,
  eventsOf,
  eventually,
  openStage,
  type Stage,
  sessionsOf,
  stored,
  visit,
  visitorOf,
} from './stage.ts';

const LOADED = 'window.TransactionalSupport && TransactionalSupport.isLoaded === true';

describeInChromium('a page', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it.each([
    ['no script in place', '', false],
    ['a nonce', " 'nonce-abc'", true],
  ])('may forbid everything but the widget: %s', async (_how, extra, hasStub) => {
    const site = await stage.site((facts) => ({
      head: hasStub
        ? snippet(facts).replace('<script>', '<script nonce="abc">')
        : (snippet(facts).split('\n').pop() ?? ''),
      headers: {
        'content-security-policy': `default-src 'none'; script-src ${facts.host}${extra}; connect-src ${facts.host}; require-trusted-types-for 'script'`,
      },
    }));
    const person = await visit(browser(), { bypassCSP: false });
    const page = await person.open(site.origin);
    await page.waitForFunction(LOADED);
    const anonymous = `anon:${await anonymousIdIn(page, site)}`;
    await call(page, `'trackEvent', 'allowed'`);
    await stored(site, anonymous, ['allowed']);
    expect([person.errors, person.console]).toEqual([[], []]);
    await person.close();
  });

  it.each([
    ['img', ''],
    ['iframe', ''],
    ['form', '<img name="currentScript">'],
  ])(
    'may hold something (%s) in the place of the script, and no other key and host are taken',
    async (element, more) => {
      const elsewhere = await stage.site();
      const trap = `<${element} name="currentScript" data-key="${elsewhere.key}" src="${elsewhere.host}/x.png"></${element}>`;
      const site = await stage.site((facts) => ({ head: '', body: trap + more + snippet(facts) }));
      const person = await visit(browser());
      const page = await person.open(site.origin);
      await page.waitForFunction(LOADED);
      await call(page, `'trackEvent', 'at home'`);
      await stored(site, `anon:${await anonymousIdIn(page, site)}`, ['at home']);
      expect([elsewhere.line.batches, person.errors]).toEqual([[], []]);
      await person.close();
    },
  );

  it.each([
    ['a form', '<form name="title"></form><form name="referrer"><input name="toString"></form>'],
    ['an image', '<img name="title" alt=""><img name="readyState" alt="">'],
  ])('may hold %s in the place of its title, and has views without one', async (_what, body) => {
    const site = await stage.site({ body });
    const person = await visit(browser());
    const page = await person.open(`${site.origin}/one`);
    await page.waitForFunction(LOADED);
    const anonymous = `anon:${await anonymousIdIn(page, site)}`;
    const seen = async () => (await sessionsOf(site, anonymous))[0]?.pages.map(({ url, title }) => [url, title]);
    await eventually(async () => expect(await seen()).toEqual([['/one', null]]));
    await page.evaluate(`history.pushState({}, '', '/two')`);
    await eventually(async () => expect((await seen())?.[1]).toEqual(['/two', null]));
    expect([person.errors, person.console]).toEqual([[], []]);
    await person.close();
  });

  it('may have changed what all objects and lists are, and JSON with it', async () => {
    const site = await stage.site((facts) => ({
      head: `<script>
        Array.prototype.extra = function () {}; Object.prototype.extra = 'everywhere';
        Array.prototype.toJSON = function () { return 'a list'; }; Object.prototype.toJSON = function () { return 'an object'; };
        String.prototype.toJSON = function () { return 'a text'; };
        JSON.stringify = function () { throw new Error('patched'); };
        window.onerror = function () {};
      </script>${snippet(facts)}`,
    }));
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await page.waitForFunction(LOADED);
    await call(page, `'identify', 'ann', { name: 'Ann', roles: ['a', 'b'] }`);
    await call(page, `'trackEvent', 'seen', { deep: { list: [1, { two: 2 }] } }`);
    await stored(site, 'user:ann', ['seen']);
    expect((await visitorOf(site, 'user:ann')).attributes).toEqual({ roles: ['a', 'b'] });
    const { data } = await site.client.get<{ properties: unknown }[]>('/visitors/user:ann/events');
    expect(data[0]?.properties).toEqual({ deep: { list: [1, { two: 2 }] } });
    expect([person.errors, person.console]).toEqual([[], []]);
    await person.close();
  });

  it('may hand over anything, and still nothing is thrown into it', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await page.waitForFunction(LOADED);
    await page.evaluate(`(() => {
      const cycle = { name: 'cycle' }; cycle.self = cycle;
      const trap = new Proxy({}, { ownKeys() { throw new Error('trap'); } });
      const values = [undefined, null, NaN, 1n, Symbol('s'), '', {}, [], cycle, trap, document.body, window,
        { get bad() { throw new Error('getter'); }, good: 1 }, { toJSON() { throw new Error('toJSON'); } },
        new Date(NaN), 'x'.repeat(1e6), { big: 'x'.repeat(1e6) }, new Array(1e9), () => { throw new Error('called'); }];
      const methods = ['identify', 'update', 'trackEvent', 'trackPageView', 'init', 'consent', 'ready', 'on', 'nonsense',
        '__proto__', 'constructor', undefined, null, {}, Symbol('m')];
      for (const method of methods) for (const value of values) {
        if (method === 'identify' && (value === 1n || typeof value === 'string')) continue;
        for (const args of [[value], ['name', value], [value, value, value]]) {
          if (method === 'identify' && args[0] === 'name') args[0] = 'ann';
          TransactionalSupport(method, ...args);
        }
      }
      TransactionalSupport();
      TransactionalSupport('trackEvent', 'odd', { cycle, trap, node: document.body, big: 12n, date: new Date(0), bad: { get bad() { throw 1; }, good: 1 }, none: undefined, fn() {} });
    })()`);
    await eventually(async () => expect((await eventsOf(site, 'user:ann')).at(-1)).toBe('odd'));
    const { data } = await site.client.get<{ properties: unknown }[]>('/visitors/user:ann/events?limit=1');
    expect(data[0]?.properties).toEqual({
      cycle: { name: 'cycle' },
      big: '12',
      date: '1970-01-01T00:00:00.000Z',
      bad: { good: 1 },
    });
    expect(person.errors).toEqual([]);
    expect(await page.evaluate('({}).polluted')).toBeUndefined();
    const ours = person.console.filter((line) => line.startsWith('[TransactionalSupport]'));
    expect(new Set(ours).size).toBe(ours.length);
    await person.close();
  });

  it.each([
    [
      'refuses to give it',
      `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });`,
      1,
    ],
    [
      'takes nothing',
      `Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); };`,
      1,
    ],
    [
      'has no cookies either',
      `Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });
       Object.defineProperty(document, 'cookie', { get() { throw new Error('no'); }, set() { throw new Error('no'); } });`,
      2,
    ],
  ])('may be in a browser whose storage %s', async (_how, script, visitors) => {
    const site = await stage.site((facts) => ({ head: `<script>${script}</script>${snippet(facts)}` }));
    const person = await visit(browser());
    const page = await person.open(`${site.origin}/one`);
    await page.waitForFunction(LOADED);
    await call(page, `'trackEvent', 'first'`);
    await eventually(() =>
      expect(site.line.batches.flatMap(({ items }) => items).some(({ name }) => name === 'first')).toBe(true),
    );
    await page.goto(`${site.origin}/two`);
    await page.waitForFunction(LOADED);
    await call(page, `'trackEvent', 'second'`);
    await eventually(async () => {
      const { data } = await site.client.get<{ eventCount: number; sessionCount: number }[]>('/visitors');
      expect(data.map(({ eventCount, sessionCount }) => [eventCount, sessionCount])).toEqual(
        visitors === 1
          ? [[2, 1]]
          : [
              [1, 1],
              [1, 1],
            ],
      );
    });
    expect([person.errors, person.console]).toEqual([[], []]);
    await person.close();
  });
});

describeInChromium('consent', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const traces = `JSON.stringify([Object.keys(localStorage), document.cookie])`;
  const GPC = `<script>Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });</script>`;
  const tag = ({ host, key }: { host: string; key: string }, consent: string) =>
    `<script async src="${host}/widget.js" data-key="${key}" data-consent="${consent}"></script>`;

  it.each([
    ['denied', (facts: { host: string; key: string }) => tag(facts, 'denied')],
    ['denied by the browser', (facts: { host: string; key: string }) => GPC + snippet(facts)],
  ])('that is %s leaves nothing in the browser and sends nothing', async (_how, head) => {
    const site = await stage.site((facts) => ({ head: head(facts) }));
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await page.waitForFunction(LOADED);
    await call(page, `'identify', 'ann', { name: 'Ann' }`);
    await call(page, `'trackEvent', 'unwanted'`);
    expect(await page.evaluate(traces)).toBe('[[],""]');
    await page.goto('about:blank');
    // Whatever was still to come would have come before this.
    await call(await person.open(site.origin), `'consent', 'granted'`);
    await eventually(async () => expect((await site.client.get<unknown[]>('/visitors')).data).toHaveLength(1));
    expect(site.line.batches.flatMap(({ items }) => items).map(({ type }) => type)).not.toContain('track');
    await person.close();
  });

  it('that is pending holds everything back in memory, and lets it go when granted', async () => {
    const site = await stage.site((facts) => ({ head: tag(facts, 'pending'), title: 'Shop' }));
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await page.waitForFunction(LOADED);
    await call(page, `'trackEvent', 'early', { when: 'before' }`);
    await call(page, `'identify', 'ann'`);
    expect(await page.evaluate(traces)).toBe('[[],""]');
    expect(site.line.batches).toEqual([]);
    await call(page, `'consent', 'granted'`);
    await stored(site, 'user:ann', ['early']);
    await eventually(async () =>
      expect((await sessionsOf(site, 'user:ann'))[0]?.pages.map(({ title }) => title)).toEqual(['Shop']),
    );
    await person.close();
  });

  it('that is withdrawn takes everything back out of the browser', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await page.waitForFunction(LOADED);
    await call(page, `'trackEvent', 'wanted'`);
    await stored(site, `anon:${await anonymousIdIn(page, site)}`, ['wanted']);
    await call(page, `'consent', 'denied'`);
    await call(page, `'trackEvent', 'unwanted'`);
    expect(await page.evaluate(traces)).toBe('[[],""]');
    await call(page, `'consent', 'granted'`);
    await call(page, `'trackEvent', 'wanted again'`);
    await stored(site, `anon:${await anonymousIdIn(page, site)}`, ['wanted again']);
    await person.close();
  });

  it('that the page was given counts more than the signal of the browser', async () => {
    const site = await stage.site((facts) => ({ head: GPC + tag(facts, 'granted') }));
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await page.waitForFunction(LOADED);
    await call(page, `'trackEvent', 'wanted'`);
    await stored(site, `anon:${await anonymousIdIn(page, site)}`, ['wanted']);
    await person.close();
  });
});
