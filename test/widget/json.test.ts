/** JSON of whatever a page hands over: as JSON.stringify would, where that can be, and never an error. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, MAX_VALUE_LENGTH, TOO_LARGE } from '../../sdk/widget/json.ts';

describe('encode', () => {
  it('means what JSON.stringify means, for everything JSON can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(encode(value) ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each<[string, unknown, string | undefined]>([
    ['numbers JSON has no word for', { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: 1 }, '{"c":1}'],
    ['functions, symbols and nothing', { a: () => 1, b: Symbol('b'), c: undefined }, '{}'],
    ['them in a list, where places count', [undefined, () => 1, 2], '[null,null,2]'],
    ['elements of a page', { a: { nodeType: 1, nodeName: 'BODY' }, b: 1 }, '{"b":1}'],
    ['dates that are none', { a: new Date(Number.NaN) }, '{}'],
    ['a function alone', () => 1, undefined],
  ])('leaves out %s', (_what, value, text) => {
    expect(encode(value)).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['a whole number without bounds', 12345678901234567890n, '"12345678901234567890"'],
    ['what says itself what it is', { toJSON: () => ({ a: 1 }) }, '{"a":1}'],
    ['quotes, backslashes and control characters', 'a"b\\c\n\u0000', '"a\\u0022b\\u005cc\\u000a\\u0000"'],
  ])('writes %s', (_what, value, text) => {
    expect(encode(value)).toBe(text);
  });

  it('loses one member to an error, not its neighbours', () => {
    const value = {
      before: 1,
      get bad() {
        throw new Error('getter');
      },
      json: {
        toJSON() {
          throw new Error('toJSON');
        },
      },
      trap: new Proxy(
        {},
        {
          ownKeys() {
            throw new Error('trap');
          },
        },
      ),
      after: { fine: true },
    };
    expect(encode(value)).toBe('{"before":1,"after":{"fine":true}}');
  });

  it('cuts cycles, and keeps what merely occurs twice', () => {
    const shared = { a: 1 };
    const value: Record<string, unknown> = { first: shared, second: shared };
    value.self = value;
    expect(encode(value)).toBe('{"first":{"a":1},"second":{"a":1}}');
  });

  it('ends where nesting has no end', () => {
    const endless = (): object => ({
      get next() {
        return endless();
      },
    });
    expect(encode(endless())).toMatch(/^(\{"next":)+\{\}\}+$/);
  });

  it.each([
    ['a long text', (n: number) => 'x'.repeat(n - 2)],
    [
      'a long list',
      (n: number) => Array.from({ length: 16 }, (_, i) => 'x'.repeat((n - 49) / 16 + (i === 0 ? (n - 49) % 16 : 0))),
    ],
  ])('takes %s up to its limit, and refuses one character more', (_what, make) => {
    if (typeof make(MAX_VALUE_LENGTH) === 'string')
      expect(encode(make(MAX_VALUE_LENGTH))).toHaveLength(MAX_VALUE_LENGTH);
    expect(() => encode(make(MAX_VALUE_LENGTH + 64))).toThrow();
    try {
      encode(make(MAX_VALUE_LENGTH + 64));
    } catch (thrown) {
      expect(thrown).toBe(TOO_LARGE);
    }
  });
});
