/** The text of keys: how one is made, and the little of it that is kept. */
import { createHash, hash, randomBytes } from 'node:crypto';

/** May be read in a web page, or never leaves a server. */
export type KeyKind = 'publishable' | 'secret';

const PREFIX: Record<KeyKind, string> = { publishable: 'pk_', secret: 'sk_' };
const KEY_BYTES = 24;
const HINT_LENGTH = 4;

/** A new key of 192 random bits: `pk_…` or `sk_…`. */
export function makeKeyText(kind: KeyKind): string {
  return PREFIX[kind] + randomBytes(KEY_BYTES).toString('hex');
}

/** SHA-256 of a whole key. The key is random, so it needs neither salt nor a slow hash. */
export function hashOfKey(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The same hash as text: what a process remembers a key by, so that it never holds the key. */
export function nameOfKey(text: string): string {
  return hash('sha256', text, 'base64');
}

/** The last characters, to recognise a key by. */
export function hintOfKey(text: string): string {
  return text.slice(-HINT_LENGTH);
}
