/** Asks the server for something the visitor waits for: a few tries, each once for the server, then a clear failure. */
import { type Clock, randomId } from './clock.ts';
import { parsed } from './guard.ts';
import type { Page, Target } from './tracker.ts';

/** Tries of one request, the first included: somebody sits before it. */
export const MAX_TRIES = 4;
/** The wait before the second try; it doubles with each one more, and chance takes off up to half. */
export const RETRY_MS = 500;
/** Nobody waits longer for the next try, whatever the server asks. */
export const MAX_RETRY_MS = 5_000;
/** A try without an answer is given up. */
export const TIMEOUT_MS = 10_000;

/** Why a call came to nothing. */
export class CallError extends Error {
  override readonly name = 'TransactionalSupportError';
  /** @param code the server's word, or `offline` when it could not be reached, or `denied` without consent. */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What is asked. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** Behind the server's prefix. */
  readonly path: string;
  readonly body?: unknown;
  readonly visitorToken?: string;
}

/** Answers `data`. @throws {CallError} */
export type Ask = <Data>(question: Question) => Promise<Data>;

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

/** The way to one server, under one key. */
export function openAsk(page: Page, { key, host }: Target, clock: Clock): Ask {
  const attempt = async ({ method, path, body, visitorToken }: Question, once: string): Promise<Response | null> => {
    const abort = new page.AbortController();
    const settle = clock.later(TIMEOUT_MS, () => abort.abort());
    const headers: Record<string, string> = { 'X-API-Key': key };
    if (visitorToken) headers['X-Visitor-Token'] = visitorToken;
    if (method === 'POST') Object.assign(headers, { 'Content-Type': 'application/json', 'Idempotency-Key': once });
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return await page.fetch(`${host}/api/support${path}`, {
        method,
        headers,
        credentials: 'omit',
        signal: abort.signal,
        ...sent,
      });
    } catch {
      return null;
    } finally {
      settle();
    }
  };

  return async <Data>(question: Question): Promise<Data> => {
    // The same for every try, so that a message that arrived without an answer is not sent twice.
    const once = randomId();
    for (let tries = 1; ; tries++) {
      const answer = await attempt(question, once);
      const said = answer && parsed<{ data?: Data } & Problem>(await answer.text().catch(() => ''));
      if (answer?.ok && said?.data !== undefined) return said.data;
      const { code = 'unavailable', detail = '' } = said || {};
      const isPassing = !answer || answer.status >= 500 || answer.status === 429 || code === 'idempotency_in_progress';
      if (!isPassing) throw new CallError(code, detail);
      if (tries === MAX_TRIES) throw new CallError(answer ? code : 'offline', detail || 'The server did not answer.');
      const asked = Number(answer?.headers.get('Retry-After')) * 1000 || 0;
      const own = RETRY_MS * 2 ** (tries - 1) * (1 - clock.chance() / 2);
      await new Promise<void>((resolve) => clock.later(Math.min(Math.max(asked, own), MAX_RETRY_MS), resolve));
    }
  };
}
