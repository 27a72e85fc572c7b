/**
 * Visitor tokens: what a browser shows to read what is its visitor's own. A token is signed with a key that is derived
 * from the workspace's and used for nothing else, so it holds in every process and in no other workspace.
 */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { type Caller, type CallingVisitor, type Context, requireScope } from '../context.ts';
import type { VisitorToken } from '../contract/ingest.ts';
import { InvalidValue, VisitorTokenInvalid } from '../errors.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import { MAX_JWT_LENGTH, VISITOR_TOKEN_MS } from '../limits.ts';
import { readTokenRequest, type TokenRequest } from '../normalise/token-request.ts';
import { isProven } from './identity-proof.ts';

/** Sets this key apart from any other that may ever be derived from the same one. */
const PURPOSE = 'transactional-support/visitor-token/1';
const KEY_BYTES = 32;
/** A JWT of another type or audience is no visitor token, and the other way round. */
const TYPE = 'visitor+jwt';
const AUDIENCE = 'visitor';

/**
 * Makes a token for whoever holds `anonymousId`. It names the userId only when that is proven; a secret key's word is a
 * proof.
 *
 * @param body `{anonymousId, userId?, userHash? | token?}`: anything JSON can hold.
 * @throws {Forbidden} for a secret key without `visitors:write`.
 * @throws {InvalidValue} e.g. `anonymous_id_too_weak`; `identity_unproven` when identities have to be proven.
 */
export async function issueVisitorToken({ caller, clock }: Context, body: unknown): Promise<VisitorToken> {
  if (caller.kind === 'secret') requireScope(caller, 'visitors:write');
  const now = clock.now().getTime();
  const request = readTokenRequest(body);
  const userId = await provenUserId(caller, request, now);
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + VISITOR_TOKEN_MS / 1000;
  const claims = { wsp: toWire('workspace', caller.workspaceId), key: caller.by.keyId, anon: request.anonymousId };
  const jwt = new SignJWT(userId === undefined ? claims : { ...claims, sub: userId })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt);
  return { token: await jwt.sign(keyOf(caller.hashKey)), expiresAt: new Date(expiresAt * 1000).toISOString() };
}

/**
 * The visitor a token of this workspace stands for.
 *
 * @param now milliseconds since 1970. @throws {VisitorTokenInvalid} for anything else.
 */
export async function readVisitorToken(
  { workspaceId, hashKey }: Pick<Caller, 'workspaceId' | 'hashKey'>,
  token: string,
  now: number,
): Promise<CallingVisitor> {
  if (token.length > MAX_JWT_LENGTH) throw invalid();
  const verified = await jwtVerify(token, keyOf(hashKey), {
    algorithms: ['HS256'],
    typ: TYPE,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'wsp', 'key', 'anon'],
    currentDate: new Date(now),
  }).catch(() => {
    throw invalid();
  });
  const { wsp, anon, sub, exp } = verified.payload;
  if (wsp !== toWire('workspace', workspaceId) || typeof anon !== 'string' || exp === undefined) throw invalid();
  return { anonymousId: anon, expiresAt: exp * 1000, ...(sub !== undefined && { userId: sub }) };
}

/** Where a token says it was made. Nothing of it is true before it was read with that workspace's key. */
export interface ClaimedOrigin {
  readonly workspaceId: Uuid;
  readonly keyId: Uuid;
}

/** @returns null when the text is no token at all. */
export function claimedOrigin(token: string): ClaimedOrigin | null {
  if (token.length > MAX_JWT_LENGTH) return null;
  try {
    const { wsp, key } = decodeJwt(token);
    const workspaceId = typeof wsp === 'string' ? fromWire('workspace', wsp) : null;
    const keyId = typeof key === 'string' ? fromWire('key', key) : null;
    return workspaceId && keyId ? { workspaceId, keyId } : null;
  } catch {
    return null;
  }
}

async function provenUserId(
  caller: Caller,
  { userId, placed }: TokenRequest,
  now: number,
): Promise<string | undefined> {
  if (userId === undefined || caller.kind === 'secret') return userId;
  const rule = caller.identity ?? { mode: 'off', secrets: [] };
  if (placed && (await isProven(rule, userId, placed.proof, now))) return userId;
  if (rule.mode !== 'enforce') return undefined;
  const detail = 'This userId needs a valid userHash or token beside it.';
  throw new InvalidValue('identity_unproven', detail, [{ pointer: placed?.pointer ?? '/userId', detail }]);
}

const keys = new WeakMap<Uint8Array, KeyObject>();

function keyOf(hashKey: Uint8Array): KeyObject {
  const known = keys.get(hashKey);
  if (known) return known;
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', hashKey, new Uint8Array(), PURPOSE, KEY_BYTES)));
  keys.set(hashKey, key);
  return key;
}

function invalid(): VisitorTokenInvalid {
  return new VisitorTokenInvalid('This visitor token is forged, expired, or of another workspace. Ask for a new one.');
}
