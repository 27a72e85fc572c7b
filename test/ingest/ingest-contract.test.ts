/** The contract that is printed and the judge that decides say the same. */
import { describe, expect, it } from 'vitest';
import { batchBody, ITEM_BODIES, type ItemType } from '../../src/contract/ingest.ts';
import { normaliseItem } from '../../src/ingest/normalise.ts';
import { MAX_LENGTH } from '../../src/limits.ts';
import { sender } from '../support/normalising.ts';

/** A full item of every type. */
const FULL: { readonly [Type in ItemType]: Readonly<Record<string, unknown>> } = {
  identify: {
    userId: 'u',
    anonymousId: 'a',
    traits: { name: 'Jo', avatarUrl: 'https://a.example/', company: 'Acme', plan: 1 },
  },
  update: { anonymousId: 'a', traits: { email: null, createdAt: '2024-01-01', company: { id: 'c', seats: 5 } } },
  track: { userId: 'u', name: 'x', properties: { a: [1] }, timestamp: '2024-01-01T00:00:00+01:00' },
  page: { visitorId: 'anon:a', url: '/', page: 'Home', title: 'Home', referrer: '', sessionId: 's' },
  session: { anonymousId: 'a', action: 'end', sessionId: 's', page: '/', referrer: 'https://a.example/' },
  group: { userId: 'u', groupId: 'g', traits: { name: 'Acme', plan: 1 } },
  alias: { userId: 'u', previousId: 'a', messageId: 'm', sentAt: '2024-06-15T12:00:00Z', context: { timezone: 'UTC' } },
};

const TYPES = Object.keys(FULL) as ItemType[];
const isAccepted = (type: ItemType, body: unknown) => 'item' in normaliseItem(body, sender(), type);
const isInContract = (type: ItemType, body: unknown) => ITEM_BODIES[type].safeParse(body).success;

describe.each(TYPES)('%s', (type) => {
  it('is accepted in full by both', () => {
    expect(isInContract(type, FULL[type])).toBe(true);
    expect(isAccepted(type, FULL[type])).toBe(true);
    expect(batchBody.safeParse({ items: [{ type, ...FULL[type] }] }).success).toBe(true);
  });

  it('needs the same fields in both', () => {
    for (const key of Object.keys(FULL[type])) {
      // Who it is about is one of three, which the shapes leave to the judge.
      if (['userId', 'anonymousId', 'visitorId'].includes(key) && type !== 'identify' && type !== 'alias') continue;
      const { [key]: _left, ...rest } = FULL[type];
      expect([key, isAccepted(type, rest)]).toEqual([key, isInContract(type, rest)]);
    }
  });

  it('bounds the same texts alike in both', () => {
    for (const [key, value] of Object.entries(FULL[type])) {
      if (typeof value !== 'string' || ['visitorId', 'timestamp', 'sentAt', 'action'].includes(key)) continue;
      for (const limit of Object.values(MAX_LENGTH)) {
        for (const length of [limit, limit + 1]) {
          const text =
            key === 'referrer'
              ? `https://a.example/${'x'.repeat(length)}`.slice(0, length)
              : `/${'x'.repeat(length - 1)}`;
          const body = { ...FULL[type], [key]: text };
          expect([key, length, isAccepted(type, body)]).toEqual([key, length, isInContract(type, body)]);
        }
      }
    }
  });

  it('refuses the same wrong types in both', () => {
    for (const key of Object.keys(FULL[type])) {
      if (key.endsWith('Id')) continue; // numbers are taken for ids, which the contract need not advertise
      for (const wrong of [true, [1]]) {
        const body = { ...FULL[type], [key]: wrong };
        expect([key, isAccepted(type, body)]).toEqual([key, isInContract(type, body)]);
      }
    }
  });
});
