/** Keyed hashes: how message ids and identifiers are remembered without being kept. */
import { createHmac } from 'node:crypto';

const HASH_BYTES = 16;

/** Hex of the first 16 bytes of HMAC-SHA256 over the message id, under the workspace's key. */
export function messageHash(hashKey: Uint8Array, messageId: string): string {
  return keyedHash(hashKey, messageId);
}

/**
 * The same for an identifier. The text begins with a NUL, which no message id holds, so that the two kinds of hash can
 * never be mistaken for one another.
 */
export function identifierHash(hashKey: Uint8Array, kind: 'user' | 'anon', value: string): string {
  return keyedHash(hashKey, `\0${kind}\0${value}`);
}

function keyedHash(hashKey: Uint8Array, text: string): string {
  return createHmac('sha256', hashKey)
    .update(text)
    .digest('hex')
    .slice(0, HASH_BYTES * 2);
}
