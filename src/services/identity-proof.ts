/**
 * Whether a proof is one: an HMAC over the userId, or a JWT that names it, made with a secret of the workspace.
 * Whatever is wrong with a proof, it proves nothing; it never makes anything fail.
 */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { IdentityRule } from '../context.ts';
import { MAX_JWT_LENGTH, MAX_PROOF_MS, SKEW_TOLERANCE_MS } from '../limits.ts';
import type { Proof } from '../normalise/proof.ts';

const HASH = /^[0-9a-f]{64}$/i;
/** A JWT says nothing of its type, or that it is one: a token with another purpose is no proof. */
const JWT_TYPE = /^(application\/)?jwt$/i;

/**
 * True when `proof` shows that whoever sent it may be `userId`: its `userHash` or its `token` is valid under any secret
 * in force.
 *
 * @param userId as it is stored. @param now milliseconds since 1970.
 */
export async function isProven(rule: IdentityRule, userId: string, proof: Proof, now: number): Promise<boolean> {
  const keys = rule.secrets.filter(({ endsAt }) => now < endsAt).map(({ key }) => key);
  const { userHash, token } = proof;
  if (userHash !== undefined && HASH.test(userHash)) {
    const given = Buffer.from(userHash, 'hex');
    if (keys.some((key) => timingSafeEqual(given, createHmac('sha256', key).update(userId).digest()))) return true;
  }
  if (token === undefined || token.length > MAX_JWT_LENGTH) return false;
  for (const key of keys) if (await isToken(token, key, userId, now)) return true;
  return false;
}

/** Signed with HS256 and nothing else, about this very userId, for at most a day. */
async function isToken(token: string, key: KeyObject, userId: string, now: number): Promise<boolean> {
  const verified = await jwtVerify(token, key, {
    algorithms: ['HS256'],
    requiredClaims: ['sub', 'exp'],
    currentDate: new Date(now),
  }).catch(() => null);
  if (verified === null) return false;
  const { protectedHeader: header, payload } = verified;
  if (header.typ !== undefined && !(typeof header.typ === 'string' && JWT_TYPE.test(header.typ))) return false;
  if (header.cty !== undefined || header.crit !== undefined) return false;
  const { sub, exp = Number.POSITIVE_INFINITY, iat = 0 } = payload;
  if (sub !== userId || exp * 1000 > now + MAX_PROOF_MS) return false;
  // Many libraries write `iat` unasked, by a clock that may be a little ahead of ours.
  return typeof iat === 'number' && iat * 1000 <= now + SKEW_TOLERANCE_MS;
}
