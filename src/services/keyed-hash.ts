/** Keyed hashes: how message ids and identifiers are remembered without being kept. */
import { createHmac } from 'node:crypto';

const HASH_BYTES = 16;

/** Which kind of key a message came with. */
export type MessageSource = 'browser' | 'server';

/**
 * Hex of the first 16 bytes of HMAC-SHA256 over the message id, under the workspace's key. Ids of browsers are a kind of
 * their own: whoever reads a page's source could otherwise use up the ids that the customer's servers are about to send.
 */
export function messageHash(hashKey: Uint8Array, messageId: string, source: MessageSource): string {
  return keyedHash(hashKey, source === 'browser' ? `\0browser\0${messageId}` : messageId);
}

/**
 * The same for what names a person: a userId, an anonymousId, or a record's id (`visitor`). The text begins with a NUL,
 * which no message id holds, so that the kinds of hash can never be mistaken for one another.
 */
export function identifierHash(hashKey: Uint8Array, kind: 'user' | 'anon' | 'visitor', value: string): string {
  return keyedHash(hashKey, `\0${kind}\0${value}`);
}

function keyedHash(hashKey: Uint8Array, text: string): string {
  return createHmac('sha256', hashKey)
    .update(text)
    .digest('hex')
    .slice(0, HASH_BYTES * 2);
}
