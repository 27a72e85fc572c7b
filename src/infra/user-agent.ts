/** Reads a User-Agent: browser, operating system, device, and whether it is a bot. Knows nothing of visitors. */
import { parse } from 'bowser';
import { isbot } from 'isbot';
import { LRUCache } from 'lru-cache';

/** What a User-Agent tells; parts that are unknown are left out. The objects are shared and frozen. */
export interface UserAgent {
  readonly bot: boolean;
  readonly browser?: { readonly name: string; readonly version: string | null } | undefined;
  readonly os?: { readonly name: string; readonly version: string | null } | undefined;
  readonly device?:
    | { readonly type: string; readonly vendor?: string | undefined; readonly model?: string | undefined }
    | undefined;
}

/** Real ones stay well under this; matching takes time with the length. */
const MAX_USER_AGENT = 1024;

const cache = new LRUCache<string, UserAgent>({ max: 1000 });

/** @param text anything; what is not printable ASCII, or beyond a sane length, is not looked at. Never throws. */
export function readUserAgent(text: string): UserAgent {
  const key = text.slice(0, MAX_USER_AGENT).replace(/[^ -~]/g, '');
  const known = cache.get(key);
  if (known) return known;
  const read = readFresh(key);
  cache.set(key, read);
  return read;
}

/** Names that a crawler, a link preview or a probe gives itself. */
const NAMED_BOT = /bot\b|crawl|spider|slurp|preview|facebookexternalhit|monitor|pingdom|uptime|lighthouse|archiver/i;

/**
 * isbot takes every short product name (curl, okhttp, a customer's own app) for a bot. Whoever calls with a key from
 * such a program is an integration, so outside of what poses as a browser only a name counts.
 */
function isKnownBot(text: string): boolean {
  return isbot(text) && (text.startsWith('Mozilla/') || NAMED_BOT.test(text));
}

function readFresh(text: string): UserAgent {
  if (text.trim() === '') return Object.freeze({ bot: false });
  const { browser, os, platform } = parse(text);
  return Object.freeze({
    bot: isKnownBot(text),
    browser: product(browser.name, browser.version),
    // Windows reports the kernel's version (NT 10.0); people know the name's.
    os: product(os.name, os.name === 'Windows' ? os.versionName : os.version),
    device: platform.type
      ? Object.freeze({
          type: platform.type,
          ...(platform.vendor && { vendor: platform.vendor }),
          ...(platform.model && { model: platform.model }),
        })
      : undefined,
  });
}

function product(name: string | undefined, version: string | undefined) {
  return name ? Object.freeze({ name, version: version || null }) : undefined;
}
