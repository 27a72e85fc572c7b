/** Keyed hashes of message ids and identifiers. */
import { describe, expect, it } from 'vitest';
import { identifierHash, messageHash } from '../../src/services/keyed-hash.ts';

describe('hashes', () => {
  it('are 16 bytes of HMAC-SHA256 as hex', () => {
    expect(messageHash(Buffer.from('key'), 'The quick brown fox jumps over the lazy dog', 'server')).toBe(
      'f7bc83f430538424b13298e6aa6fb143',
    );
  });

  it('differ by workspace, by kind, and from those of messages', () => {
    const hashKey = new Uint8Array(32).fill(7);
    const hashes = [
      identifierHash(hashKey, 'user', 'x'),
      identifierHash(hashKey, 'anon', 'x'),
      identifierHash(new Uint8Array(32), 'user', 'x'),
      messageHash(hashKey, 'x', 'server'),
      messageHash(hashKey, 'x', 'browser'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
