/** What a client is made with and what a single call may say; every default has its name here. */
import { platformRuntime, type Runtime } from './runtime.ts';

/** An attempt without an answer for this long is given up. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Attempts after the first. */
const DEFAULT_RETRIES = 3;

/** How to reach a server, and as whom. */
export interface ClientOptions {
  /** Where the server is, e.g. `https://support.example.com`; a path in it is kept. */
  readonly url: string | URL;
  /**
   * A key of your workspace. A secret one (`sk_…`) belongs on servers only; pages use a publishable one (`pk_…`). Needed
   * unless `credentials` stand in for it.
   */
  readonly key?: string;
  /** For pages of the server itself: the cookie of somebody who signed in goes along, and no key is needed. */
  readonly credentials?: 'same-origin';
  /** Of the visitor the page speaks for (`visitors.token`); a function is asked at each attempt, as tokens end. */
  readonly visitorToken?: string | (() => string | undefined);
  /** Instead of the platform's: for a proxy, for logging, for tests. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Longest wait for the answer to one attempt, in milliseconds. 30 000 unless told otherwise. */
  readonly timeoutMs?: number;
  /** Attempts after the first, when a call fails in a way that passes. 3 unless told otherwise. */
  readonly retries?: number;
  /** Time and chance instead of the platform's: for tests. */
  readonly runtime?: Runtime;
}

/** What one call may say besides its input. */
export interface CallOptions {
  /** Ends the call, its retries too: it throws `AbortedError`. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly retries?: number;
}

/** What a write may say besides. */
export interface WriteOptions extends CallOptions {
  /** Carried out once however often it is sent. Made for each call unless given: give one to repeat it in another process. */
  readonly idempotencyKey?: string;
}

/** Options with nothing left out. */
export interface Settings {
  /** Without a slash at its end. */
  readonly url: string;
  /** Undefined: the cookie says who calls. */
  readonly key: string | undefined;
  /** Undefined: the platform's default; some edge runtimes refuse to be told. */
  readonly credentials: 'same-origin' | undefined;
  readonly visitorToken: () => string | undefined;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly runtime: Runtime;
}

/** @throws {TypeError} when the url is not http(s), or there is neither a key nor credentials. */
export function settingsOf(options: ClientOptions): Settings {
  const url = new URL(options.url);
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`A server has an http or https url, not ${url.protocol}`);
  const { key, credentials, visitorToken } = options;
  if (!key && !credentials) {
    throw new TypeError('A key is needed: publishable (pk_…) in pages, secret (sk_…) on servers.');
  }
  return {
    url: url.origin + url.pathname.replace(/\/+$/, ''),
    visitorToken: typeof visitorToken === 'function' ? visitorToken : () => visitorToken,
    key: key || undefined,
    credentials,
    // Browsers want fetch called on its own global.
    fetch: options.fetch ?? ((to, init) => globalThis.fetch(to, init)),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    retries: options.retries ?? DEFAULT_RETRIES,
    runtime: options.runtime ?? platformRuntime,
  };
}
