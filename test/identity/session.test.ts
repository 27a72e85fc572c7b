/** Visits: where they began, whatever order their items come in, and the pages they show. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { type Desk, openDesk } from './desk.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openDesk(world);
});

type Raw = Readonly<Record<string, unknown>>;
const visit = { anonymousId: 'a1', sessionId: 's1' };
const at = (ms: number) => ({ timestamp: new Date(Date.UTC(2026, 0, 14) + ms).toISOString() });
const start = (ms: number, more: Raw = {}) => ({ type: 'session', action: 'start', ...visit, ...at(ms), ...more });
const page = (ms: number, url: string, more: Raw = {}) => ({ type: 'page', url, ...visit, ...at(ms), ...more });

const SEARCH = 'https://search.example/?q=support';
const LANDING = 'https://shop.example/pricing?utm_source=google&utm_medium=cpc';

const ARRIVALS: readonly [string, (items: readonly Raw[]) => Promise<void>][] = [
  ['in one batch', async (items) => void (await desk.send(...items))],
  ['one by one', (items) => oneByOne(items)],
  ['one by one, the last first', (items) => oneByOne([...items].reverse())],
];

describe.each(ARRIVALS)('a visit whose items arrive %s', (_order, send) => {
  it('keeps the page of its start, and referrer and UTM of the page view that follows', async () => {
    await send([start(0, { page: '/pricing' }), page(50, LANDING, { referrer: SEARCH })]);
    expect(await began()).toEqual(['/pricing', SEARCH, { source: 'google', medium: 'cpc' }]);
  });

  it('keeps the referrer of a start without a page, and the page that follows', async () => {
    await send([start(0, { referrer: SEARCH }), page(50, '/pricing')]);
    expect(await began()).toEqual(['/pricing', SEARCH, null]);
  });

  it('takes UTM from the page of its start', async () => {
    await send([start(0, { page: '/?utm_source=news' }), page(50, '/b?utm_source=other')]);
    expect(await began()).toEqual(['/?utm_source=news', null, { source: 'news' }]);
  });

  it('keeps the first of two of each kind', async () => {
    const other = 'https://other.example/';
    await send([page(0, LANDING, { referrer: SEARCH }), page(1, '/b?utm_source=b', { referrer: other })]);
    expect(await began()).toEqual([LANDING, SEARCH, { source: 'google', medium: 'cpc' }]);
  });

  it('did not come from a page of the same site', async () => {
    await send([page(0, 'https://shop.example/'), page(9, 'https://shop.example/b', { referrer: LANDING })]);
    expect(await began()).toEqual(['https://shop.example/', null, null]);
  });

  it('did not begin where it was already going on', async () => {
    const heartbeat = { type: 'session', action: 'heartbeat', ...visit, page: LANDING, referrer: SEARCH, ...at(0) };
    await send([heartbeat, page(9, '/b')]);
    expect(await began()).toEqual(['/b', null, null]);
  });
});

describe('a page of a visit', () => {
  it.each([
    ['https://shop.example/b?q=1#frag', '/b?q=1'],
    ['/b#frag', '/b'],
    ['/b?q=1#frag?not=query', '/b?q=1'],
    ['/b?q=1', '/b?q=1'],
  ])('sent as %s is shown as path and query, and linked as it was sent', async (href, url) => {
    await desk.send(page(0, href));
    expect((await desk.sessions('anon:a1'))[0]?.pages).toMatchObject([{ url, href }]);
  });
});

async function oneByOne(items: readonly Raw[]): Promise<void> {
  for (const item of items) await desk.send(item);
}

async function began() {
  const [session] = await desk.sessions('anon:a1');
  return [session?.landingPage, session?.referrer, session?.utm];
}
