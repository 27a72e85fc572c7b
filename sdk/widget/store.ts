/** What the widget keeps in the browser: localStorage, else cookies for the ids, else nothing beyond this page. */

import { quietly } from './guard.ts';

/** Texts by key. Never throws: what the browser does not take is kept for as long as the page lives. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  discard(key: string): void;
  /** All keys there are, in no order. */
  keys(): string[];
}

/** Where texts are really kept; may throw at any time. */
interface Backing {
  get(key: string): string | null;
  set(key: string, value: string): void;
  discard(key: string): void;
  keys(): string[];
}

/** What is small enough for a cookie, and may go to the site's server with every request; the rest is in memory there. */
const COOKIE_KEYS: readonly string[] = ['who', 'visit'];
/** As long as browsers keep one at the most. */
const COOKIE_SECONDS = 400 * 86_400;

/**
 * The best this browser has.
 *
 * @param prefix of every key: two keys of a page share nothing.
 */
export function openStore(page: Window, prefix: string): Store {
  const backing = local(page, prefix);
  return withMemory(takes(backing) ? backing : cookies(page, prefix));
}

/** Nothing of it is left, in any place; looks before it touches. */
export function clearStore(page: Window, prefix: string): void {
  for (const backing of [local(page, prefix), cookies(page, prefix)]) {
    quietly(() => backing.keys().forEach(backing.discard));
  }
}

/** Whatever the backing refuses is kept in memory, and found there first. Without one: all of it. */
export function withMemory(backing: Backing = NOTHING): Store {
  const memory = new Map<string, string>();
  return {
    get: (key) => memory.get(key) || quietly(() => backing.get(key)) || null,
    set(key, value) {
      const isKept = quietly(() => {
        backing.set(key, value);
        return true;
      });
      memory.delete(key);
      if (isKept) return;
      memory.set(key, value);
      // An old value there would be believed by other tabs.
      quietly(() => backing.discard(key));
    },
    discard(key) {
      memory.delete(key);
      quietly(() => backing.discard(key));
    },
    keys: () => [...(quietly(() => backing.keys()) || []), ...memory.keys()],
  };
}

const NOTHING: Backing = {
  get: () => null,
  set() {
    throw NOTHING;
  },
  discard: () => undefined,
  keys: () => [],
};

/** Some browsers have it, and then take nothing. */
function takes(backing: Backing): boolean | undefined {
  return quietly(() => {
    backing.set('try', '1');
    backing.discard('try');
    return true;
  });
}

function local(page: Window, prefix: string): Backing {
  return {
    get: (key) => page.localStorage.getItem(prefix + key),
    set: (key, value) => page.localStorage.setItem(prefix + key, value),
    discard: (key) => page.localStorage.removeItem(prefix + key),
    keys() {
      const found: string[] = [];
      for (let i = 0; i < page.localStorage.length; i++) {
        const name = page.localStorage.key(i) || '';
        if (name.startsWith(prefix)) found.push(name.slice(prefix.length));
      }
      return found;
    },
  };
}

function cookies({ document, location }: Window, prefix: string): Backing {
  const write = (key: string, value: string, seconds: number) => {
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${prefix}${key}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
  };
  const get = (key: string) => {
    const found = document.cookie.split('; ').find((each) => each.startsWith(`${prefix}${key}=`));
    return found ? decodeURIComponent(found.slice(prefix.length + key.length + 1)) : null;
  };
  return {
    get,
    set(key, value) {
      if (!COOKIE_KEYS.includes(key)) throw COOKIE_KEYS;
      write(key, encodeURIComponent(value), COOKIE_SECONDS);
      if (get(key) !== value) throw COOKIE_KEYS;
    },
    discard: (key) => write(key, '', 0),
    keys: () => COOKIE_KEYS.filter((key) => get(key) !== null),
  };
}
