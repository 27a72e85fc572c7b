/** Page views by themselves: whose they are, and pages whose elements stand in the place of what is read. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { browserClock } from '../../sdk/widget/clock.ts';
import { openPages, type Pages, SETTLE_MS } from '../../sdk/widget/pages.ts';
import { HandClock } from './hands.ts';

const ORIGIN = 'https://shop.example';

let clock: HandClock;
let document: EventTarget & { title: unknown; referrer: unknown; readyState: string };
let history: { pushState(state: unknown, unused: string, path: string): void };
let pages: Pages;
/** Who it is now. */
let who: string;
/** Views that were recorded: of whom, where, under which name and title. */
let views: (readonly (string | undefined)[])[];

beforeEach(() => {
  clock = new HandClock();
  document = Object.assign(new EventTarget(), { title: 'First' as unknown, referrer: '', readyState: 'complete' });
  const location = { protocol: 'https:', pathname: '/', hash: '', href: `${ORIGIN}/` };
  history = {
    pushState(_state, _unused, path) {
      Object.assign(location, { pathname: path, href: ORIGIN + path });
    },
  };
  [who, views] = ['ann', []];
  const page = Object.assign(new EventTarget(), { document, location, history }) as unknown as Window;
  pages = openPages(page, clock, (isLoad) => {
    const begun = who;
    return ({ url, page: name, title }) => {
      views.push([isLoad ? who : begun, url.slice(ORIGIN.length), name, title]);
    };
  });
});
afterEach(() => pages.stop());

const go = (path: string) => history.pushState({}, '', path);

describe('a view that has not settled when somebody else comes', () => {
  it('is theirs when it is of the page that was loaded', async () => {
    pages.handOver();
    who = 'ben';
    await clock.advance(SETTLE_MS);
    expect(views).toEqual([['ben', '/', undefined, 'First']]);
  });

  it('is theirs, too, when another one was named before they came', async () => {
    pages.view({ page: 'Welcome', title: 'Hello' });
    who = 'ben';
    await clock.advance(SETTLE_MS);
    expect(views).toEqual([
      ['ann', '/', 'Welcome', 'Hello'],
      ['ben', '/', undefined, 'First'],
    ]);
  });

  it('stays with the person before when the address changed, and takes nothing that comes after', async () => {
    await clock.advance(SETTLE_MS);
    go('/home');
    pages.handOver();
    who = 'ben';
    document.title = "Ben's invoice";
    pages.view({ page: '/private', title: "Ben's invoice" });
    await clock.advance(SETTLE_MS);
    expect(views.slice(1)).toEqual([
      ['ann', '/home', undefined, undefined],
      ['ben', '/home', '/private', "Ben's invoice"],
    ]);
  });

  it('keeps the name it had by then', async () => {
    await clock.advance(SETTLE_MS);
    go('/home');
    pages.view({ page: 'Home', title: 'At home' });
    pages.handOver();
    pages.view({ page: '/private' });
    expect(views[1]).toEqual(['ann', '/home', 'Home', 'At home']);
  });
});

describe('a page that stands in the place of what is read', () => {
  it.each([{}, null, Object.assign(() => {}, { toString: {} })])(
    'has views all the same, without it: %o',
    async (it) => {
      [document.title, document.referrer] = [it, it];
      await clock.advance(SETTLE_MS);
      go('/next');
      await clock.advance(SETTLE_MS);
      expect(views.map(([, path, , title]) => [path, title])).toEqual([
        ['/', undefined],
        ['/next', undefined],
      ]);
    },
  );

  it('is never thrown into when its document has been read', async () => {
    document.readyState = 'loading';
    await clock.advance(SETTLE_MS);
    Object.defineProperty(document, 'title', {
      get() {
        throw new Error('trap');
      },
    });
    const failed = vi.fn();
    process.once('uncaughtException', failed);
    document.dispatchEvent(new Event('DOMContentLoaded'));
    await clock.advance(0);
    process.off('uncaughtException', failed);
    expect(failed).not.toHaveBeenCalled();
  });
});

describe("the browser's clock", () => {
  it('lets nothing out of what it calls', () => {
    vi.useFakeTimers();
    const fails = vi.fn(() => {
      throw new Error('inside');
    });
    browserClock.later(1, fails);
    expect(() => vi.advanceTimersByTime(1)).not.toThrow();
    expect(fails).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });
});
