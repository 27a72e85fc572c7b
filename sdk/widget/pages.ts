/** Page views by themselves: the first one, and whenever the path really changes, however the page does it. */
import type { Clock } from './clock.ts';
import { quietly } from './guard.ts';
import { listen, type Undo } from './listen.ts';

/** A page view. */
export interface PageView {
  readonly url: string;
  /** A name the page gave it. */
  readonly page?: string | undefined;
  readonly title?: string | undefined;
  readonly referrer?: string | undefined;
}

/** Where a page view goes, once its title is known. */
export type Record = (view: PageView) => void;

/**
 * A view begins at this moment.
 *
 * @param isLoad of a page that was loaded: it is whose the page says until its title is known. Any other is of whoever
 *   it is now.
 */
export type Begin = (isLoad: boolean) => Record;

/** What was seen. */
export interface Pages {
  /** The page says so itself. A view that has just begun by itself is the same one, and takes the name. */
  view(named: { page?: unknown; title?: unknown }): void;
  /** Somebody else comes now: a view of the person before takes no title or name from here on. */
  handOver(): void;
  /** No more waiting for a title. Never throws, nor does `handOver`. */
  settle(): void;
  stop(): void;
}

/** A page that changes its address sets its title a little later. */
export const SETTLE_MS = 250;
/** Limits of the server, in characters. */
const MAX_URL_LENGTH = 2048;
const MAX_TITLE_LENGTH = 500;

interface Pending {
  readonly view: PageView;
  readonly record: Record;
  readonly isLoad: boolean;
  /** Takes whatever name it is given; otherwise its own path alone. */
  readonly isNameless: boolean;
}

/** @param begin called when a view begins; what it returns is called when all of it is known. */
export function openPages(page: Window, clock: Clock, begin: Begin): Pages {
  const { document, location, history } = page;
  let route = routeOf(location);
  let last = '';
  let pending: Pending | null = null;
  let cancel = () => {};

  const finish = (isOver: boolean) =>
    quietly(() => {
      cancel();
      if (!pending) return;
      const { view, record } = pending;
      pending = null;
      tell(view, record, isOver);
    });

  const tell = (view: PageView, record: Record, isOver = false) => {
    // An element of that name stands in the place of the title.
    const title = textOf(view.title || (!isOver && document.title));
    record({ ...view, title: title?.slice(0, MAX_TITLE_LENGTH) });
  };

  const settle = () => finish(false);

  const settleWhenRead = () => {
    if (document.readyState === 'loading') cancel = listen(document, 'DOMContentLoaded', settle);
    else settle();
  };

  const arrive = (isLoad: boolean, named?: Partial<PageView>) => {
    // The view of the page that was loaded goes on waiting for whose it is.
    if (!named || !pending?.isLoad) settle();
    const url = addressOf(location);
    if (!url) return;
    const view = { ...named, url, referrer: webAddress(last || document.referrer) };
    last = url;
    const record = begin(isLoad);
    // What the page names it has a title for by now.
    if (named) return tell(view, record);
    pending = { view, record, isLoad, isNameless: !isLoad };
    cancel = clock.later(SETTLE_MS, settleWhenRead);
  };

  const look = () => {
    const now = routeOf(location);
    if (now === route) return;
    route = now;
    arrive(false);
  };

  const undo: Undo[] = [
    watch(history, 'pushState', look),
    watch(history, 'replaceState', look),
    listen(page, 'popstate', look),
    listen(page, 'hashchange', look),
    // Back from the browser's memory: seen again.
    listen(page, 'pageshow', (event) => (event as PageTransitionEvent).persisted && arrive(true)),
  ];
  arrive(true);
  return {
    view({ page: name, title }) {
      const named = { page: textOf(name), title: textOf(title) };
      if (pending && (pending.isNameless || !named.page || named.page === location.pathname)) {
        pending = { ...pending, view: { ...pending.view, ...named }, isNameless: false };
      } else arrive(false, named);
    },
    settle,
    handOver() {
      if (!pending?.isLoad) finish(true);
    },
    stop() {
      cancel();
      undo.forEach(quietly);
    },
  };
}

/** Where the visitor is, as the server takes it: without what is too long; nothing when it is nowhere in the web. */
export function addressOf({ href, pathname, protocol }: Location): string | undefined {
  const address = /^http/.test(protocol) ? href : pathname;
  if (!/^(http|\/)/.test(address)) return undefined;
  return (address.length > MAX_URL_LENGTH ? (address.split(/[?#]/)[0] as string) : address).slice(0, MAX_URL_LENGTH);
}

/** An address in the web that is not too long, or nothing. */
export function webAddress(value: unknown): string | undefined {
  const text = textOf(value);
  return text && /^https?:\/\//.test(text) && text.length <= MAX_URL_LENGTH ? text : undefined;
}

/** A text that says something; anything else is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

/** What makes it another page: the path, and the path in the hash of pages that keep it there. */
function routeOf({ pathname, hash }: Location): string {
  return pathname + (/^#[!/]/.test(hash) ? hash.split('?')[0] : '');
}

/** Calls after each call of a method of the history. */
function watch(history: History, name: 'pushState' | 'replaceState', call: () => void): Undo {
  const original = history[name];
  const own: typeof original = function (this: History, ...given) {
    original.apply(this, given);
    quietly(call);
  };
  quietly(() => {
    history[name] = own;
  });
  return () => {
    // Somebody else who came later stands on ours.
    if (history[name] === own) history[name] = original;
  };
}
