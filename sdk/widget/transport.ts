/** The way to the server: one POST that needs no preflight and outlives the page. */
import type { Clock } from './clock.ts';
import { parsed } from './guard.ts';

/** What the server said of one item. */
export interface Result {
  readonly status?: string;
  readonly code?: string;
  readonly pointer?: string;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number;
  /** One for each item of a batch; null when it is no answer of ours, as from a login page in between. */
  readonly results: readonly Result[] | null;
}

/**
 * Sends a body. Rejects when no answer came, whatever became of the request.
 *
 * @param isLeaving the page may end meanwhile. @returns null when it went, and no answer can come.
 */
export type Transport = (body: string, isLeaving: boolean) => Promise<Answer | null>;

/** An answer that takes longer is not waited for. */
export const ANSWER_MS = 15_000;

/** @param url with the key in it, as no header may carry it: that would cost a preflight. */
export function openTransport(page: Window & typeof globalThis, url: string, clock: Clock): Transport {
  return async (body, isLeaving) => {
    if (isLeaving && !('keepalive' in page.Request.prototype)) {
      // A request of an older browser ends with its page. What became of this one is seen when it is sent again.
      page.navigator.sendBeacon(url, body);
      return null;
    }
    const abort = new page.AbortController();
    const settle = clock.later(ANSWER_MS, () => abort.abort());
    try {
      const init = { method: 'POST', body, keepalive: true, credentials: 'omit', signal: abort.signal } as const;
      const answer = await page.fetch(url, init);
      const results = answer.ok ? resultsOf(await answer.text()) : null;
      return { status: answer.status, retryAfterMs: Number(answer.headers.get('Retry-After')) * 1000 || 0, results };
    } finally {
      settle();
    }
  };
}

function resultsOf(text: string): readonly Result[] | null {
  const results = parsed<{ data?: { results?: unknown } }>(text)?.data?.results;
  return Array.isArray(results) ? results : null;
}
