/** What identifies a person is found in text however it is written, nothing else is, and no name makes it slow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IdentifyingValues, scrubber } from '../../src/services/identifying-text.ts';

const JOHN: IdentifyingValues = {
  names: ['John van Döe'],
  emails: ['john@example.com'],
  phones: ['+1 (234) 567-890'],
  ids: ['user_123', '42', 'a1b2c3d4e5'],
};
const { text, word, path } = scrubber(JOHN);

describe('names', () => {
  it.each([
    ['Hi John van Döe!', 'Hi [removed]!'],
    ['hi JOHN, it is döe', 'hi [removed], it is [removed]'],
    ["John's car", "[removed]'s car"],
    ['Do\u0308e and D\u00f6e', '[removed] and [removed]'],
    ['Johnson and St.Johns stay', 'Johnson and St.Johns stay'],
    ['a van is short', 'a [removed] is short'],
    ['John%20van%20D%C3%B6e', '[removed]'],
    ['John+van+Doe', '[removed]'],
    ['Jo\u00adhn', '[removed]'],
  ])('%s → %s', (raw, expected) => expect(text(raw)).toBe(expected));

  it.each([
    [
      'Jörg Müller',
      'Grüße an MÜLLER und Mu\u0308ller, nicht Müllerin',
      'Grüße an [removed] und [removed], nicht Müllerin',
    ],
    ['Иван Петров', 'Привет, ИВАН! Иванов', 'Привет, [removed]! Иванов'],
    ['محمد علي', 'مرحبا مُحَمَّد هنا', 'مرحبا [removed] هنا'],
    ['田中 太郎', '私は田中太郎です', '私は[removed]です'],
    ['Straße', 'STRASSE', '[removed]'],
  ])('of %s are found in their script', (name, raw, expected) => {
    expect(scrubber({ names: [name], emails: [], phones: [], ids: [] }).text(raw)).toBe(expected);
  });
});

describe('emails, phones and ids', () => {
  it.each([
    ['mail JOHN@Example.com.', 'mail [removed].'],
    ['?to=john%40example.com', '?to=[removed]'],
    ['%6Aohn%40example.com', '[removed]'],
    ['john%2540example.com', '[removed]'],
    ['call 1234567890 or +1 234 567 890', 'call [removed] or +[removed]'],
    ['001-234-567-890, 1.234.567.890, 1/234/567/890', '[removed], [removed], [removed]'],
    ['(1234) 567 - 890', '([removed]'],
    ['%2B1%20234%20567890', '%2B1%20234%20567890'.replace('1%20234%20567890', '[removed]')],
    ['91234567890 and 12345678901 stay', '91234567890 and 12345678901 stay'],
    ['id user_123, USER_123; user_1234', 'id [removed], [removed]; user_1234'],
    ['room 42, 42nd', 'room 42, 42nd'],
    ['42', '[removed]'],
  ])('%s → %s', (raw, expected) => expect(text(raw)).toBe(expected));
});

it('a word of the workspace loses whole names and ids, but no part of a name', () => {
  expect(['john_signed_up', 'John van Döe', 'vip', 'paid by john@example.com'].map(word)).toEqual([
    'john_signed_up',
    '[removed]',
    'vip',
    'paid by [removed]',
  ]);
});

it.each([
  ['/users/42/orders/421?email=john@example.com#top', '/users/[removed]/orders/421'],
  ['https://john:secret@shop.example/u/john%40example.com', 'https://shop.example/u/[removed]'],
  ['/pricing', '/pricing'],
])('the path of %s stays, as %s', (raw, expected) => expect(path(raw)).toBe(expected));

describe('whatever the text and the person', () => {
  const filler = fc.stringMatching(/^[ ,;!x-z]{0,12}$/);
  const form = fc.constantFrom(
    ...[
      'john@example.com',
      'JOHN%40EXAMPLE.COM',
      '1 234-567 890',
      '+1234567890',
      'user_123',
      'A1B2C3D4E5',
      'John',
      'DÖE',
    ],
  );

  it('no form of an identifying value is left at a boundary', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(filler, form)), (parts) => {
        const left = text(parts.map(([between, value]) => `${between} ${value} `).join('|')).toLowerCase();
        for (const forbidden of ['john', 'döe', 'user_123', 'a1b2c3d4e5', '234']) expect(left).not.toContain(forbidden);
      }),
    );
  });

  it('text without them stays as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ ,;.%+\-_/?=b-gik-mp-z\u00e9\u0416]*$/), (raw) => {
        expect(text(raw)).toBe(raw);
      }),
    );
  });

  it('doing it twice changes nothing more', () => {
    const value = fc.string({ unit: 'binary', maxLength: 20 });
    const values = fc.record({
      names: fc.array(value),
      emails: fc.array(value),
      phones: fc.array(fc.stringMatching(/^[0-9 ()+-]{0,15}$/)),
      ids: fc.array(value),
    });
    fc.assert(
      fc.property(values, value, (person, between) => {
        const own = scrubber(person);
        const once = own.text(Object.values(person).flat().join(between));
        expect(own.text(once)).toBe(once);
      }),
    );
  });
});

it('hostile names cost time in proportion to the text', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `${'(a+)+$.*[\\'.repeat(25)}${i}`.slice(0, 255));
  const hostile = scrubber({ names, emails: [], phones: [], ids: ['a'.repeat(255)] });
  const costOf = (length: number): number => {
    const raw = `${'(a+)+$.*[\\'.repeat(length / 10)}`;
    const from = process.cpuUsage();
    for (let i = 0; i < 5; i++) hostile.text(raw);
    const { user } = process.cpuUsage(from);
    return user;
  };
  costOf(32_000);
  expect(costOf(320_000)).toBeLessThan(costOf(32_000) * 40 + 50_000);
});
