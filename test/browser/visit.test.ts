/** Visits and people: routes of one page, two tabs, two people before one browser. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { snippet } from '../../sdk/widget/snippet.ts';
import { IDLE_MS } from '../../sdk/widget/visit.ts';
import { describeInChromium } from '../support/chromium.ts';
import {
  anonymousIdIn,
  call,
  eventsOf,
  eventually,
  openStage,
  type Site,
  type Stage,
  sessionsOf,
  stored,
  visit,
  visitorOf,
} from './stage.ts';

/** As the widget has it. */
const HEARTBEAT_MS = 15_000;

describeInChromium('a visit', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('has a page view for every path and hash route, with the title it came to, and none for anything else', async () => {
    const site = await stage.site({ title: 'Home' });
    const person = await visit(browser());
    const page = await person.open(`${site.origin}/`);
    const go = (script: string) => page.evaluate(script);
    const anonymous = `anon:${await anonymousIdIn(page, site)}`;
    const seen = async () =>
      (await sessionsOf(site, anonymous))[0]?.pages.map(({ href, title }) => [href.replace(site.origin, ''), title]);
    await eventually(async () => expect(await seen()).toEqual([['/', 'Home']]));

    await go(
      `history.pushState({}, '', '/pricing'); document.title = 'Prices'; TransactionalSupport('trackEvent', 'on prices')`,
    );
    await go(`history.replaceState({}, '', '/pricing?plan=pro#faq')`);
    await eventually(async () => expect((await seen())?.[1]).toEqual(['/pricing', 'Prices']));
    await go(`history.pushState({}, '', '/app'); document.title = 'App'`);
    await eventually(async () => expect((await seen())?.[2]).toEqual(['/app', 'App']));
    await go(`location.hash = '#/inbox?page=2'; document.title = 'Inbox'`);
    await eventually(async () => expect((await seen())?.[3]).toEqual(['/app#/inbox?page=2', 'Inbox']));
    await go(`history.go(-2); document.title = 'Prices again'`);
    await eventually(async () => expect((await seen())?.[4]).toEqual(['/pricing?plan=pro#faq', 'Prices again']));
    await go(
      `history.pushState({}, '', '/named'); TransactionalSupport('trackPageView', {page: 'The named one', title: 'N'})`,
    );
    await eventually(async () => expect((await seen())?.[5]).toEqual(['/named', 'N']));

    const [session] = await sessionsOf(site, anonymous);
    expect(session).toMatchObject({ pagesViewed: 6, landingPage: `${site.origin}/`, referrer: null });
    expect(session?.pages[5]).toMatchObject({ url: 'The named one', timeOnPage: null });
    expect(session?.pages[0]?.timeOnPage).toBeGreaterThanOrEqual(0);
    // What happened on a page comes after the page, though its title came later.
    const { data: activity } = await site.client.get<{ properties?: object; timestamp: string }[]>(
      `/visitors/${anonymous}/events`,
    );
    expect(Date.parse(activity[0]?.timestamp ?? '')).toBeGreaterThan(Date.parse(session?.pages[1]?.viewedAt ?? ''));
    expect(person.errors).toEqual([]);
    await person.close();
  });

  it('shows signs of life while somebody sees it, and is another one after half an hour', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.context.newPage();
    await page.clock.install();
    await page.goto(site.origin);
    const anonymous = `anon:${await anonymousIdIn(page, site)}`;
    await eventually(async () => expect((await sessionsOf(site, anonymous))[0]?.pagesViewed).toBe(1));
    const actions = () => site.line.batches.flatMap(({ items }) => items.flatMap(({ action }) => action ?? []));
    expect(actions()).toEqual(['start']);
    await page.clock.fastForward(HEARTBEAT_MS);
    await eventually(() => expect(actions()).toEqual(['start', 'heartbeat']));
    const turn = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await turn('hidden');
    await page.clock.fastForward(IDLE_MS + HEARTBEAT_MS);
    await turn('visible');
    await eventually(() => expect(actions()).toEqual(['start', 'heartbeat', 'start', 'heartbeat']));
    await eventually(async () => expect(await sessionsOf(site, anonymous)).toHaveLength(2));
    await call(page, `'shutdown'`);
    await eventually(() => expect(actions().at(-1)).toBe('end'));
    await call(page, `'trackEvent', 'unwanted'`);
    expect([await eventsOf(site, anonymous), person.errors]).toEqual([[], []]);
    await person.close();
  });

  it('says where it came from', async () => {
    const site = await stage.site();
    const elsewhere = await stage.site({ head: '', body: `<a href="${site.origin}/landing">shop</a>` });
    const person = await visit(browser());
    const page = await person.open(elsewhere.origin);
    await page.click('a');
    await page.waitForURL(`${site.origin}/landing`);
    const anonymous = await eventually(async () => expect(await anonymousIdIn(page, site)).not.toBeNull()).then(() =>
      anonymousIdIn(page, site),
    );
    await eventually(async () => {
      expect((await sessionsOf(site, `anon:${anonymous}`))[0]?.referrer).toBe(`${elsewhere.origin}/`);
    });
    await person.close();
  });

  it('is one for two tabs, of which one sends at a time', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const first = await person.open(`${site.origin}/one`);
    const anonymous = `anon:${await anonymousIdIn(first, site)}`;
    await eventually(async () => expect((await sessionsOf(site, anonymous))[0]?.pagesViewed).toBe(1));
    const release = site.line.hold();
    await call(first, `'trackEvent', 'first'`);
    await eventually(() =>
      expect(site.line.batches.some(({ items }) => items.some(({ name }) => name === 'first'))).toBe(true),
    );
    const sent = site.line.batches.length;
    const second = await person.open(`${site.origin}/two`);
    for (let i = 0; i < 5; i++) await call(second, `'trackEvent', 'second ${i}'`);
    const waiting = `Object.keys(localStorage).filter((key) => key.indexOf('support-${site.key}-q') === 0).length`;
    // The first, the other tab's page view and events.
    await eventually(async () => expect(await second.evaluate(waiting)).toBe(7));
    await second.evaluate(`navigator.locks.query().then(({ pending }) => { window.pending = pending.length; })`);
    await eventually(async () => {
      await second.evaluate(`navigator.locks.query().then(({ pending }) => { window.pending = pending.length; })`);
      expect(await second.evaluate('window.pending')).toBe(1);
    });
    expect(site.line.batches.length).toBe(sent);
    release();
    await stored(site, anonymous, ['first', 'second 0', 'second 1', 'second 2', 'second 3', 'second 4']);
    expect(site.line.busiest).toBe(1);
    const sessions = await sessionsOf(site, anonymous);
    expect(sessions.map(({ pages }) => pages.map(({ url }) => url))).toEqual([['/one', '/two']]);
    expect((await visitorOf(site, anonymous)).sessionCount).toBe(1);
    await person.close();
  });
});

describeInChromium('two people before one browser', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it.each([
    ['who log out in between', `TransactionalSupport('reset');`],
    ['who do not', ''],
  ])('never become one: %s', async (_how, between) => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await page.evaluate(`
      TransactionalSupport('trackEvent', 'before anybody');
      TransactionalSupport('identify', 'ann', { name: 'Ann' });
      TransactionalSupport('trackEvent', 'as ann');
      ${between}
      TransactionalSupport('identify', 'ben', { name: 'Ben' });
      TransactionalSupport('update', { plan: 'pro' });
      TransactionalSupport('trackEvent', 'as ben');`);
    await stored(site, 'user:ann', ['before anybody', 'as ann']);
    await stored(site, 'user:ben', ['as ben']);
    const [ann, ben] = [await visitorOf(site, 'user:ann'), await visitorOf(site, 'user:ben')];
    expect(ann).toMatchObject({ name: 'Ann', attributes: {}, sessionCount: 1 });
    expect(ben).toMatchObject({ name: 'Ben', attributes: { plan: 'pro' }, sessionCount: 1 });
    expect(ben.id).not.toBe(ann.id);
    expect((await sessionsOf(site, 'user:ann'))[0]?.endedAt).not.toBeNull();
    expect((await site.client.get<unknown[]>('/merge-suggestions')).data).toEqual([]);
    await person.close();
  });

  /** Items of pages whose address says that they are private to somebody: of what kind, and whose. */
  const itemsOf = (site: Site, path: string) =>
    site.line.batches
      .flatMap(({ items }) => items)
      .filter((item) => String(item.url ?? item.page).includes(path))
      .map(({ type, userId, userHash, page }) => [type, userId, userHash, page]);

  it.each([
    ['at once', ''],
    ['after something else', `TransactionalSupport('trackPageView', { page: '/ben' });`],
    ['after a log-out', `TransactionalSupport('reset');`],
  ])('never share the view of a page that names the second one %s', async (_when, before) => {
    const queued = `if (location.pathname === '/ben') {
      ${before}
      TransactionalSupport('identify', 'ben', {}, { userHash: 'of-ben' });
    }`;
    const site = await stage.site((facts) => ({ head: `${snippet(facts)}<script>${queued}</script>` }));
    const person = await visit(browser());
    const page = await person.open(`${site.origin}/ann`);
    await call(page, `'identify', 'ann', {}, { userHash: 'of-ann' }`);
    await eventually(async () => expect((await sessionsOf(site, 'user:ann'))[0]?.pagesViewed).toBe(1));
    await page.goto(`${site.origin}/ben`);
    await eventually(async () => expect((await sessionsOf(site, 'user:ben'))[0]?.pagesViewed).toBe(1));
    const ofBen = itemsOf(site, '/ben');
    expect(ofBen.filter(([type]) => type === 'page')).toHaveLength(1);
    expect(ofBen.filter(([, userId, hash]) => userId !== 'ben' || hash !== 'of-ben')).toEqual([]);
    expect((await sessionsOf(site, 'user:ann')).flatMap(({ pages }) => pages.map(({ url }) => url))).toEqual(['/ann']);
    await person.close();
  });

  it.each([
    ['log out in between', `TransactionalSupport('reset');`],
    ['do not', ''],
  ])('never share the view of a route, whether they %s', async (_how, between) => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(`${site.origin}/ann`);
    await call(page, `'identify', 'ann', {}, { userHash: 'of-ann' }`);
    await eventually(async () => expect((await sessionsOf(site, 'user:ann'))[0]?.pagesViewed).toBe(1));
    await page.evaluate(`
      history.pushState({}, '', '/home');
      ${between}
      TransactionalSupport('identify', 'ben', {}, { userHash: 'of-ben' });
      document.title = "Ben's invoice 42";
      TransactionalSupport('trackPageView', { page: '/private', title: "Ben's invoice 42" });`);
    const seen = async (ref: string) =>
      (await sessionsOf(site, ref)).flatMap(({ pages }) => pages.map(({ url, title }) => [url, title]));
    await eventually(async () => expect(await seen('user:ben')).toEqual([['/private', "Ben's invoice 42"]]));
    await eventually(async () =>
      expect(await seen('user:ann')).toEqual([
        ['/ann', 'Shop'],
        ['/home', null],
      ]),
    );
    expect(itemsOf(site, '/home').filter(([, , , name]) => name === '/private')).toEqual([
      ['page', 'ben', 'of-ben', '/private'],
    ]);
    await person.close();
  });

  it('are one when a stranger becomes a user: the first view is one, and sent once', async () => {
    const site = await stage.site((facts) => ({
      head: `${snippet(facts)}<script>TransactionalSupport('identify', 'ann'); TransactionalSupport('identify', 'ann');</script>`,
    }));
    const person = await visit(browser());
    await person.open(`${site.origin}/first`);
    await eventually(async () => expect((await sessionsOf(site, 'user:ann'))[0]?.pagesViewed).toBe(1));
    expect(itemsOf(site, '/first').filter(([type]) => type === 'page')).toEqual([
      ['page', 'ann', undefined, undefined],
    ]);
    expect((await site.client.get<unknown[]>('/visitors')).data).toHaveLength(1);
    await person.close();
  });

  it('are told apart by the other tab too', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const [first, second] = [await person.open(site.origin), await person.open(site.origin)];
    await call(first, `'identify', 'ann'`);
    await call(second, `'trackEvent', 'as ann'`);
    await call(second, `'reset'`);
    const stranger = await anonymousIdIn(second, site);
    // A browser takes a moment to show one tab what another has stored.
    await eventually(async () => expect(await anonymousIdIn(first, site)).toBe(stranger));
    await call(first, `'trackEvent', 'as a stranger'`);
    await stored(site, 'user:ann', ['as ann']);
    await stored(site, `anon:${await anonymousIdIn(first, site)}`, ['as a stranger']);
    await person.close();
  });

  it('send the proof of who they are with everything', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await call(page, `'identify', 'ann', {}, { userHash: 'abc' }`);
    await call(page, `'trackEvent', 'as ann'`);
    await call(page, `'identify', 'ann', {}, { token: 'x.y.z' }`);
    await call(page, `'trackEvent', 'still ann'`);
    await call(page, `'reset'`);
    await call(page, `'trackEvent', 'nobody'`);
    await stored(site, `anon:${await anonymousIdIn(page, site)}`, ['nobody']);
    const items = site.line.batches.flatMap((batch) => batch.items);
    const proofOf = (name: string) => {
      const item = items.find((each) => each.name === name);
      return [item?.userId, item?.userHash, item?.token];
    };
    expect(proofOf('as ann')).toEqual(['ann', 'abc', undefined]);
    expect(proofOf('still ann')).toEqual(['ann', undefined, 'x.y.z']);
    expect(proofOf('nobody')).toEqual([undefined, undefined, undefined]);
    expect(await eventsOf(site, 'user:ann')).toEqual(['as ann', 'still ann']);
    await person.close();
  });
});
