/** Segment messages that are wrong, foreign or hostile: refused one by one, by the rules all items have. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ITEM_CODES } from '../../src/contract/item-code.ts';
import { nested, wide } from '../support/normalising.ts';
import { code, judged, stored } from './judged.ts';

describe('a hostile message', () => {
  const track = { type: 'track', userId: 'user-1', event: 'e' };

  it.each<[string, unknown, string]>([
    ['no object', null, 'wrong_type'],
    ['a list', [], 'wrong_type'],
    ['without a type', { userId: 'user-1' }, 'missing_field'],
    ['with an empty type', { ...track, type: '' }, 'missing_field'],
    ['of an unknown type', { ...track, type: 'purchase' }, 'unknown_type'],
    ["of one of our types that is none of Segment's", { ...track, type: 'session', action: 'start' }, 'unknown_type'],
    ['of a type that is a list', { ...track, type: ['track'] }, 'unknown_type'],
    ['of a type that every object has', { ...track, type: 'constructor' }, 'unknown_type'],
    ['about nobody', { ...track, userId: null }, 'no_one'],
    ['about a placeholder', { ...track, userId: 'undefined' }, 'illegal_id'],
    ['about a list', { ...track, userId: ['user-1'] }, 'illegal_id'],
    ['with an event that is a number', { ...track, event: 5 }, 'wrong_type'],
    ['without an event', { ...track, event: null }, 'missing_field'],
    ['with properties that are a list', { ...track, properties: [1] }, 'wrong_type'],
    ['with traits that are a list', { type: 'identify', userId: 'u', traits: [1] }, 'wrong_type'],
    ['with traits that are text', { type: 'group', userId: 'u', groupId: 'g', traits: 'x' }, 'wrong_type'],
    ['with 10,000 properties', { ...track, properties: wide(10_000) }, 'too_many_attributes'],
    ['with 10,000 traits in the context', { ...identify(), context: { traits: wide(10_000) } }, 'too_many_attributes'],
    ['nested 9 levels deep', { ...track, properties: nested(9) }, 'too_deep'],
    ['nested 5,000 levels deep', { ...track, properties: nested(5000) }, 'too_deep'],
    ['nested 5,000 levels deep in a name', { type: 'page', userId: 'u', name: nested(5000) }, 'too_deep'],
    ['larger than an item may be', { ...track, properties: wide(255), event: 'x'.repeat(40_000) }, 'item_too_large'],
    ['with a page that is no address', { type: 'page', userId: 'u', properties: { url: 'javascript:0' } }, 'bad_url'],
  ])('%s is refused', (_what, message, expected) => {
    expect(code(message)).toBe(expected);
  });

  it('may be deep and large where nobody looks', () => {
    const context = { device: nested(5000), library: 'x'.repeat(100_000) };
    expect(code({ ...track, context, integrations: nested(5000) })).toBe('accepted');
  });

  it('reaches no prototype', () => {
    const message = JSON.parse('{"type":"identify","userId":"u","traits":{"__proto__":{"admin":true},"plan":"x"}}');
    expect(stored('identify', message).traits).toEqual({ 'attributes.plan': 'x' });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('of any shape is judged, and never breaks anything', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom('', null, 'user-1', -1, 'https://example.com/'));
    const keys = ['type', 'userId', 'anonymousId', 'previousId', 'groupId', 'event', 'name', 'category', 'properties'];
    const more = [
      'traits',
      'context',
      'integrations',
      'timestamp',
      'originalTimestamp',
      'sentAt',
      'receivedAt',
      'messageId',
    ];
    const fields = Object.fromEntries([...keys, ...more].map((key) => [key, field]));
    const type = fc.constantFrom('identify', 'track', 'page', 'screen', 'group', 'alias');
    const message = fc.oneof(fc.jsonValue(), fc.record({ ...fields, type }, { requiredKeys: ['type'] }));
    fc.assert(
      fc.property(message, fc.record({ context: field, sentAt: field }), (raw, envelope) => {
        const result = judged(raw, envelope);
        expect('item' in result || result.code in ITEM_CODES).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  function identify() {
    return { type: 'identify', userId: 'user-1', traits: { plan: 'x' } };
  }
});
