/** Where a sender says how it knows a userId: `userHash` or `token`, beside it or in the context. Judges nothing. */
import { type Fields, isFields, under } from './refusal.ts';

/** What came as a proof; which of the two holds is for others to find out. */
export interface Proof {
  readonly userHash?: string | undefined;
  readonly token?: string | undefined;
}

/** A proof, and where it stands. */
export interface PlacedProof {
  readonly proof: Proof;
  readonly pointer: string;
}

/**
 * The proof of an item, or null when there is none. One beside the userId wins over one in the context, right or wrong.
 * What is no text is there and proves nothing.
 */
export function readProof(fields: Fields): PlacedProof | null {
  return proofIn(fields, '') ?? (isFields(fields.context) ? proofIn(fields.context, '/context') : null);
}

function proofIn(fields: Fields, parent: string): PlacedProof | null {
  const { userHash, token } = fields;
  const [hasHash, hasToken] = [isGiven(userHash), isGiven(token)];
  if (!hasHash && !hasToken) return null;
  const proof = { userHash: textOf(userHash), token: textOf(token) };
  return { proof, pointer: under(parent, hasHash ? 'userHash' : 'token') };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
