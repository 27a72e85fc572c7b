/** The calls a page makes, and what they do. None of them ever throws, whatever it is given. */
import type { Call } from './call.ts';
import { browserClock, ticking } from './clock.ts';
import { type Consent, consentOf, openGate } from './consent.ts';
import { quietly } from './guard.ts';
import { encode } from './json.ts';
import type { Undo } from './listen.ts';
import type { Live, LivePart } from './live.ts';
import { addressOf, openPages, type Pages, textOf } from './pages.ts';
import { userIdOf } from './person.ts';
import { watchPresence } from './presence.ts';
import { clearStore } from './store.ts';
import { type Bag, openTracker, type Page, prefixOf, type Target, type Tracker } from './tracker.ts';

type Options = Readonly<Record<string, unknown>>;

/** Answered by the live part, with a promise. */
const LIVE = /^(startConversation|sendMessage|conversations|messages|markRead)$/;

/** By the browser itself, so that the page's policy holds as for this very script: its nonce goes along. */
const browserImport = (url: string): Promise<LivePart> => import(url);

/**
 * @param host where the widget came from, unless `init` says another. @param load fetches the live part, when it is
 *   first needed. @returns what takes calls.
 */
export function createWidget(page: Page, host: string, load = browserImport): (call: Call) => unknown {
  const warned = new Set<string>();
  const tick = ticking(browserClock);
  const onReady: (() => unknown)[] = [];
  let target: Target | null = null;
  let tracker: Tracker | null = null;
  let pages: Pages | null = null;
  let stopWatching: Undo = () => {};
  let live: Promise<Live> | null = null;
  let failedLoads = 0;

  const warn = (text: string) => {
    if (warned.has(text)) return;
    warned.add(text);
    quietly(() => page.console.warn(`[TransactionalSupport] ${text}`));
  };

  const gate = openGate(tick);
  /** Does something with the tracker, once and if anything may be stored. */
  const track = (step: (tracker: Tracker, at: number) => void) => {
    gate.pass((at) => tracker && step(tracker, at));
  };

  /** The page's values; null when there is too much of it. What is no object says nothing. */
  const bagOf = (name: string, value: unknown): Bag | null => {
    try {
      return `"${name}":${encode(objectOf(value)) || '{}'}`;
    } catch {
      warn('Dropped: larger than 32 KB.');
      return null;
    }
  };

  const calls: Readonly<Record<string, (first?: unknown, second?: unknown, third?: unknown) => void>> = {
    init: (options) => init(objectOf(options)),
    identify(id, traits, proof) {
      const userId = userIdOf(id);
      const bag = bagOf('traits', traits);
      const { userHash, token } = objectOf(proof);
      if (userId === null) warn('identify: no userId.');
      else if (bag) {
        // Before anything may be read, nobody knows who it was.
        if (!tracker || tracker.isOther(userId)) pages?.handOver();
        track((it, at) => it.identify(at, userId, bag, { userHash: textOf(userHash), token: textOf(token) }));
      }
    },
    update(traits) {
      const bag = bagOf('traits', traits);
      if (bag) track((it, at) => it.begin(at)('update', {}, bag));
    },
    trackEvent(name, properties) {
      const bag = bagOf('properties', properties);
      if (!textOf(name)) warn('trackEvent: no name.');
      else if (bag) track((it, at) => it.begin(at)('track', { name }, bag));
    },
    trackPageView(given) {
      const view = objectOf(given);
      if (pages) pages.view(view);
      else track(() => pages?.view(view));
    },
    reset() {
      pages?.handOver();
      track((it, at) => it.reset(at));
    },
    shutdown() {
      pages?.settle();
      track((it, at) => {
        it.end(at);
        it.delivery.leave();
      });
      stop();
      target = null;
      gate.set('denied');
    },
    consent(given) {
      if (given === 'granted' || given === 'denied') apply(given);
      else warn('consent: granted or denied.');
    },
    ready(call) {
      if (typeof call !== 'function') return;
      onReady.push(call as () => unknown);
      if (target) tellReady();
    },
    on(event, call) {
      if (event === 'ready') calls.ready?.(call);
      else warn('on: no such event.');
    },
  };

  /** Loaded once; a browser remembers that an address failed, so the next try has another. */
  const loadLive = ({ key, host: origin }: Target) => {
    live =
      live ||
      load(`${origin}/widget-live.js${failedLoads ? `?${failedLoads}` : ''}`).then(({ openLive }) =>
        openLive(page, { key, host: origin }, () => tracker?.who()),
      );
    live.catch(() => {
      live = null;
      failedLoads++;
    });
    return live;
  };

  const talk = (call: Call): Promise<unknown> => {
    const answer = new Promise((resolve, reject) => {
      if (gate.is('denied')) reject({ code: 'denied' });
      track(() => target && resolve(loadLive(target).then((it) => it(call))));
    });
    // Whoever does not look at the answer is not told of its failure.
    answer.catch(() => {});
    return answer;
  };

  const init = ({ key, host: elsewhere, consent }: Options) => {
    if (typeof key !== 'string' || !key.startsWith('pk_')) warn('init: no publishable key.');
    else if (target && key !== target.key) warn('init: another key.');
    else if (!target) {
      target = { key, host: String(elsewhere || host).replace(/\/+$/, '') };
      apply(consentOf(consent, page.navigator));
      tellReady();
    }
  };

  const apply = (consent: Consent) => {
    if (!target) return;
    if (consent === 'denied') {
      tracker?.delivery.stop();
      stop();
      clearStore(page, prefixOf(target.key));
    } else {
      // Until all is there that what waits is done with.
      gate.set('pending');
      if (consent === 'granted' && !tracker) tracker = openTracker(page, target, warn);
      if (!pages) quietly(start);
    }
    gate.set(consent);
  };

  const start = () => {
    pages = openPages(page, browserClock, (isLoad) => {
      const began = tick();
      let write: ReturnType<Tracker['begin']> | undefined;
      const begin = (it: Tracker) => {
        write = write || it.begin(began);
        return write;
      };
      if (!isLoad) track(begin);
      return (view) => track((it) => begin(it)('page', { ...view }));
    });
    stopWatching = watchPresence(page, browserClock, {
      beat() {
        if (gate.is('granted') && tracker?.delivery.isWell()) {
          tracker.begin(tick())('session', { action: 'heartbeat', page: addressOf(page.location) });
        }
      },
      leave() {
        pages?.settle();
        tracker?.delivery.leave();
      },
      wake: () => tracker?.delivery.wake(),
    });
  };

  const stop = () => {
    stopWatching();
    pages?.stop();
    pages = null;
    tracker = null;
  };

  const tellReady = () => {
    for (const call of onReady.splice(0)) {
      try {
        call();
      } catch (thrown) {
        page.console.error(thrown);
      }
    }
  };

  return (call) =>
    quietly(() => {
      const method = String(call[0]);
      const known = Object.keys(calls).includes(method) && calls[method];
      if (LIVE.test(method)) return talk(call);
      return known ? known(call[1], call[2], call[3]) : warn(`no such call: ${method}`);
    });
}

function objectOf(value: unknown): Options {
  return typeof value === 'object' && value !== null ? (value as Options) : {};
}
