/** Conversations, for pages: what the widget loads when one is first asked for. Each call answers with a promise. */

import { type Ask, CallError, openAsk, type Question } from './ask.ts';
import type { Call } from './call.ts';
import { browserClock, type Clock } from './clock.ts';
import type { Person } from './person.ts';
import { openTokens } from './token.ts';
import type { Page, Target } from './tracker.ts';

/** Takes calls. @throws {CallError}, as a rejection. */
export type Live = (call: Call) => Promise<unknown>;

/** What the file exports. */
export interface LivePart {
  /** @param who the visitor of this moment; undefined once nothing may be stored. */
  openLive(page: Page, target: Target, who: () => Person | undefined): Live;
}

/** How many conversations or messages are answered at once: the newest. */
export const PAGE_SIZE = 100;

/** Opens the live part. @param clock for tests. */
export function openLive(page: Page, target: Target, who: () => Person | undefined, clock: Clock = browserClock): Live {
  const ask = openAsk(page, target, clock);
  const tokens = openTokens(ask, clock);

  /** As the visitor of this moment; once more with a new token when the server will not have this one any longer. */
  const asVisitor: Ask = async <Data>(question: Question): Promise<Data> => {
    const person = who();
    if (!person) throw new CallError('denied', 'The visitor has not agreed.');
    const visitorToken = await tokens.get(person);
    try {
      return await ask<Data>({ ...question, visitorToken });
    } catch (thrown) {
      if (!(thrown instanceof CallError) || thrown.code !== 'visitor_token_invalid') throw thrown;
      tokens.discard(visitorToken);
      return ask<Data>({ ...question, visitorToken: await tokens.get(person) });
    }
  };

  const calls: Readonly<Record<string, (first?: unknown, second?: unknown) => Promise<unknown>>> = {
    startConversation(given) {
      const { subject, message } = toObject(given);
      return asVisitor({
        method: 'POST',
        path: '/conversations',
        body: { subject, message: toMessage(message ?? given) },
      });
    },
    sendMessage: (id, message) =>
      asVisitor({ method: 'POST', path: `${pathOf(id)}/messages`, body: toMessage(message) }),
    conversations: () => asVisitor({ method: 'GET', path: `/conversations?limit=${PAGE_SIZE}` }),
    messages: (id) => asVisitor({ method: 'GET', path: `${pathOf(id)}/messages?order=desc&limit=${PAGE_SIZE}` }),
    markRead: (id) => asVisitor({ method: 'POST', path: `${pathOf(id)}/read`, body: {} }),
  };

  return async ([method, first, second]) => {
    const call = calls[String(method)];
    if (!call) throw new CallError('unknown_call', `${String(method)} is not known here.`);
    return call(first, second);
  };
}

function pathOf(id: unknown): string {
  return `/conversations/${encodeURIComponent(String(id))}`;
}

/** `'Hello'` and `{body, type?}` are both messages. */
function toMessage(given: unknown): unknown {
  return typeof given === 'string' ? { body: given } : given;
}

function toObject(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
}
