/** How a tag is spelled: one way for each, whatever was sent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNameableTag, isVisibleTag, normaliseTag } from '../../src/normalise/tag.ts';

describe('the spelling of a tag', () => {
  it.each([
    ['VIP', 'vip'],
    ['  vip\t', 'vip'],
    ['Big \r\n  Spender', 'big spender'],
    ['big\u00a0spender', 'big spender'],
    ['bell\u0007rings', 'bell rings'],
    ['CAFE\u0301', 'café'],
    ['Straße', 'straße'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['a/b?c#d%', 'a/b?c#d%'],
  ])('of %j is %j', (sent, kept) => {
    expect(normaliseTag(sent)).toBe(kept);
  });

  it('keeps what is written with other accents apart', () => {
    expect(normaliseTag('résumé')).not.toBe(normaliseTag('resume'));
  });

  it('is its own spelling', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(fc.property(text, (sent) => normaliseTag(normaliseTag(sent)) === normaliseTag(sent)));
  });
});

describe('a tag', () => {
  it.each(['', '\u200b', '\u200b\u2060', '\u0301', '\ufeff'])('of nothing that can be seen is none (%j)', (tag) => {
    expect(isVisibleTag(normaliseTag(tag))).toBe(false);
  });

  it.each(['1', '!', '⭐', 'ё', '愛'])('of one sign is one (%j)', (tag) => {
    expect(isVisibleTag(normaliseTag(tag))).toBe(true);
  });

  it('can be named by a path unless it is a way up', () => {
    expect(['.', '..', '...', 'a/..'].map(isNameableTag)).toEqual([false, false, true, true]);
  });
});
