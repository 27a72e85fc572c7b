/** The visitor's token: asked for when it is first needed, kept in memory only, for exactly one person. */

import { type Ask, CallError } from './ask.ts';
import type { Clock } from './clock.ts';
import type { Person } from './person.ts';

/** Renewed so long before it ends: a request must not arrive with one that has just ended. */
export const RENEW_MS = 5 * 60_000;

interface Token {
  readonly token: string;
  readonly expiresAt: string;
}

/** Tokens of whoever it is now. */
export interface Tokens {
  /** @throws {CallError} */
  get(person: Person): Promise<string>;
  /** The server did not take it: the next one is a new one. */
  discard(token: string): void;
}

/** Asks through `ask`; one request however many wait for it. */
export function openTokens(ask: Ask, clock: Clock): Tokens {
  let owner = '';
  let asked: Promise<Token> | null = null;
  let known: Token | null = null;

  const request = (body: object) => ask<Token>({ method: 'POST', path: '/visitors/token', body });

  const fetchToken = async ({ anonymousId, userId, userHash, token }: Person): Promise<Token> => {
    // Without a proof the userId opens nothing, and where proofs are asked for it is refused.
    if (!userHash && !token) return request({ anonymousId });
    try {
      return await request({ anonymousId, userId, userHash, token });
    } catch (thrown) {
      // A proof that no longer holds; what was written in this browser is still its own.
      if (thrown instanceof CallError && thrown.code === 'identity_unproven') return request({ anonymousId });
      throw thrown;
    }
  };

  return {
    async get(person) {
      const whose = JSON.stringify(person);
      if (whose !== owner) [owner, asked, known] = [whose, null, null];
      if (known && Date.parse(known.expiresAt) - clock.now() < RENEW_MS) [asked, known] = [null, null];
      const pending = asked || fetchToken(person);
      asked = pending;
      try {
        const answer = await pending;
        if (asked === pending) known = answer;
        return answer.token;
      } catch (thrown) {
        if (asked === pending) asked = null;
        throw thrown;
      }
    },
    discard(token) {
      if (known?.token === token) [asked, known] = [null, null];
    },
  };
}
