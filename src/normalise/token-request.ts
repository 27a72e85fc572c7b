/** Whom a visitor token is asked for, by the rules ids have everywhere. */
import { type Fault, InvalidValue } from '../errors.ts';
import { MIN_ANONYMOUS_ID_BITS } from '../limits.ts';
import { couldBeRandom } from './anonymous-id.ts';
import { cleanText } from './clean.ts';
import { optionalId, requiredId } from './field.ts';
import { type PlacedProof, readProof } from './proof.ts';
import { isFields, Refusal, wrongType } from './refusal.ts';

/** The ids of a token, as they would be stored. */
export interface TokenRequest {
  readonly anonymousId: string;
  readonly userId?: string | undefined;
  /** Null: none was given. */
  readonly placed: PlacedProof | null;
}

/** @param body anything JSON can hold, at any depth. @throws {InvalidValue} with the code of what is wrong. */
export function readTokenRequest(body: unknown): TokenRequest {
  const request = readFields(body);
  if (couldBeRandom(request.anonymousId)) return request;
  const fault: Fault = {
    pointer: '/anonymousId',
    detail: 'a UUID (version 4 or 7), 32 hex digits or 22 base64url characters, made at random',
  };
  throw new InvalidValue(
    'anonymous_id_too_weak',
    'This anonymousId could be guessed, and whoever guesses it would read what is stored under it.',
    [fault],
    MIN_ANONYMOUS_ID_BITS,
  );
}

function readFields(body: unknown): TokenRequest {
  try {
    if (!isFields(body)) throw wrongType('', 'an object');
    const { userHash, token } = body;
    const ids = { anonymousId: cleaned(body.anonymousId), userId: cleaned(body.userId) };
    const anonymousId = requiredId(ids, 'anonymousId', []);
    return { anonymousId, userId: optionalId(ids, 'userId', []), placed: readProof({ userHash, token }) };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const { code, detail, pointer, limit } = thrown;
    throw new InvalidValue(code, detail, [{ pointer, detail }], limit);
  }
}

function cleaned(value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value) : value;
}
