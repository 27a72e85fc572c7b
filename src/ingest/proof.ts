/**
 * Proofs of the userIds in one request. They are verified before its items are judged, each distinct one once; an item
 * is then held to what it says after cleaning, so that nothing is proven under one name and stored under another.
 */
import type { Caller, IdentityRule } from '../context.ts';
import type { Item } from '../contract/item.ts';
import { MAX_JWT_LENGTH, MAX_LENGTH } from '../limits.ts';
import { cleanText } from '../normalise/clean.ts';
import { type Proof, readProof } from '../normalise/proof.ts';
import { type Fields, isFields } from '../normalise/refusal.ts';
import { isProven } from '../services/identity-proof.ts';

/** What was verified, and what becomes of a userId that was not. */
export interface Proofs {
  readonly mode: Exclude<IdentityRule['mode'], 'off'>;
  /** Pairs of userId and proof that hold, by `pairKey`. */
  readonly valid: ReadonlySet<string>;
}

/** By which rule a caller has to prove userIds; null when it need not. */
export function ruleFor({ kind, identity }: Caller): CheckedRule | null {
  if (kind === 'secret' || identity === undefined || identity.mode === 'off') return null;
  return { mode: identity.mode, secrets: identity.secrets };
}

/** A rule that is not off. */
export type CheckedRule = IdentityRule & Pick<Proofs, 'mode'>;

/** Verifies whatever the items bring. @param now milliseconds since 1970. */
export async function verifyProofs(rule: CheckedRule, raws: readonly unknown[], now: number): Promise<Proofs> {
  const claims = new Map<string, { readonly userId: string; readonly proof: Proof }>();
  for (const raw of raws) {
    const claim = claimOf(raw);
    if (claim) claims.set(pairKey(claim.userId, claim.proof), claim);
  }
  const valid = new Set<string>();
  const verifying = [...claims].map(async ([key, { userId, proof }]) => {
    if (await isProven(rule, userId, proof, now)) valid.add(key);
  });
  await Promise.all(verifying);
  return { mode: rule.mode, valid };
}

/** Where the fault lies when an item's userId is not proven; undefined when it is, or when the item names none. */
export function unprovenAt(proofs: Proofs, { who: { userId } }: Item, fields: Fields): string | undefined {
  if (userId === undefined) return undefined;
  const placed = readProof(fields);
  if (!placed) return '/userId';
  return proofs.valid.has(pairKey(userId, placed.proof)) ? undefined : placed.pointer;
}

/** What an item claims, as it will read once it is cleaned; null when it cannot be proven. */
function claimOf(raw: unknown): { readonly userId: string; readonly proof: Proof } | null {
  if (!isFields(raw)) return null;
  const userId = typeof raw.userId === 'number' ? String(raw.userId) : raw.userId;
  const placed = readProof(raw);
  if (typeof userId !== 'string' || userId.length > MAX_LENGTH.id || !placed) return null;
  const { userHash, token } = placed.proof;
  if ((userHash?.length ?? 0) > MAX_JWT_LENGTH || (token?.length ?? 0) > MAX_JWT_LENGTH) return null;
  return { userId: cleanText(userId), proof: { userHash: cleaned(userHash), token: cleaned(token) } };
}

function cleaned(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cleanText(text);
}

function pairKey(userId: string, { userHash, token }: Proof): string {
  return JSON.stringify([userId, userHash ?? null, token ?? null]);
}
