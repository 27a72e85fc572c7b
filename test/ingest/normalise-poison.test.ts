/** Items made to hurt: each is mended or refused, none is thrown over, none reaches further than it should. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseItem } from '../../src/ingest/normalise.ts';
import { accepted, refused, sender, track, wide } from '../support/normalising.ts';

/** JSON as it arrives; `nested` counts the objects of `open`. */
const parsed = (json: string) => track({ properties: { a: JSON.parse(json) as unknown } });
const deep = (levels: number, open = '{"a":', close = '}') => `${open.repeat(levels)}1${close.repeat(levels)}`;

describe('poison is refused', () => {
  it.each([8, 39, 10_000, 100_000])('objects nested %i deep below the properties', (levels) => {
    expect(refused(parsed(deep(levels)))).toMatchObject({ status: 'rejected', code: 'too_deep', limit: 8 });
  });

  it.each([8, 39, 10_000, 100_000])('lists nested %i deep', (levels) => {
    expect(refused(parsed(deep(levels, '[', ']')))).toMatchObject({ code: 'too_deep', limit: 8 });
  });

  it.each([32, 10_000, 100_000])('an item nested %i deep where nobody looks', (levels) => {
    const item = track({ stray: JSON.parse(deep(levels)) as unknown });
    expect(refused(item)).toMatchObject({ code: 'too_deep', limit: 32 });
  });

  it('10,000 keys', () => {
    expect(refused(track({ properties: wide(10_000) })).code).toBe('too_many_attributes');
    expect(refused(track(wide(10_000))).code).toBe('item_too_large');
    expect(refused(track({ properties: { a: wide(10_000) } })).code).toBe('item_too_large');
  });

  it('1 MB of text', () => {
    const text = 'x'.repeat(1024 * 1024);
    expect(refused(track({ properties: { a: text } }))).toMatchObject({
      code: 'value_too_long',
      pointer: '/properties/a',
    });
    expect(refused(track({ properties: { [text]: 1 } })).code).toBe('key_too_long');
    expect(refused(track({ stray: text })).code).toBe('item_too_large');
    expect(refused(track({ [text]: 1 })).code).toBe('item_too_large');
    expect(refused(track({ name: text })).code).toBe('item_too_large');
  });

  it('an id of 300 characters', () => {
    expect(refused(track({ userId: 'x'.repeat(300) })).code).toBe('id_too_long');
  });

  it('a number no column holds', () => {
    expect(refused(parsed('1e999'))).toMatchObject({ code: 'number_out_of_range', pointer: '/properties/a' });
    expect(refused(parsed('[-1e999]')).pointer).toBe('/properties/a/0');
  });
});

describe('poison is mended, with a warning', () => {
  it('NUL in text and keys', () => {
    const item = accepted(track({ name: 'a\0b', sessionId: 's\0', properties: { 'k\0': ['v\0'] } }));
    expect(item).toMatchObject({ name: 'ab', sessionId: 's', properties: '{"k":["v"]}' });
    expect(item.warnings).toEqual([
      { code: 'text_cleaned', pointer: '/name' },
      { code: 'text_cleaned', pointer: '/sessionId' },
      { code: 'key_cleaned', pointer: '/properties/k' },
      { code: 'text_cleaned', pointer: '/properties/k/0' },
    ]);
  });

  it('lone surrogates, but not pairs', () => {
    const item = accepted(track({ properties: { a: '\ud800x', b: 'x\udc00', c: '😀', '\udfff': 1 } }));
    expect(JSON.parse(item.properties)).toEqual({ a: '\ufffdx', b: 'x\ufffd', c: '😀', '\ufffd': 1 });
    expect(item.warnings).toHaveLength(3);
  });

  it('keys that reach into prototypes, at any depth, however they are spelled', () => {
    const properties = '{"__proto__":{"x":1},"ok":{"constructor":{"prototype":{"x":1}}},"l":[{"__pro\\u0000to__":1}]}';
    const item = accepted(track({ properties: JSON.parse(properties) as unknown }));
    expect(item.properties).toBe('{"ok":{},"l":[{}]}');
    expect(item.warnings.map(({ code }) => code)).toEqual(['key_dropped', 'key_dropped', 'key_dropped']);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('a prototype that claims to be the item', () => {
    expect(refused(JSON.parse('{"type":"track","__proto__":{"userId":"u","name":"x"}}')).code).toBe('no_one');
  });

  it('and tells at most 20 of a thousand', () => {
    const properties = { list: Array.from({ length: 1000 }, () => '\0') };
    expect(accepted(track({ properties })).warnings).toHaveLength(20);
  });

  it('leaving what was sent as it was', () => {
    const properties = { a: 'x\0' };
    accepted(track({ properties }));
    expect(properties).toEqual({ a: 'x\0' });
  });
});

const NASTY = ['\0', '\ud800', '\udc00', '__proto__', 'constructor', 'prototype', 'null', '~/', '😀', '"', '\\'];
const nasty = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...NASTY));
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(nasty, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(nasty, tie('value'), { maxKeys: 4 }),
  ),
}));
const bag = fc.dictionary(nasty, json, { maxKeys: 6 });
const TYPES = ['identify', 'update', 'track', 'page', 'session', 'group', 'alias'] as const;
/** Mostly well-formed, so that most get through to where they could do harm. */
const nastyItem = fc.record(
  {
    type: fc.constantFrom(...TYPES),
    userId: fc.oneof({ weight: 5, arbitrary: fc.constant('u1') }, { weight: 1, arbitrary: json }),
    anonymousId: fc.oneof(fc.constant('a1'), nasty),
    previousId: fc.constant('a0'),
    groupId: fc.constant('g'),
    name: nasty,
    url: nasty.map((text) => `/?utm_source=${encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))}&utm_x=%00`),
    action: fc.constant('start'),
    sessionId: fc.oneof(fc.constant('s'), nasty),
    messageId: nasty,
    traits: bag,
    properties: bag,
    context: fc.record({ userAgent: nasty, timezone: nasty, city: nasty, country: nasty }, { requiredKeys: [] }),
    title: nasty,
    timestamp: fc.oneof({ weight: 5, arbitrary: fc.constant('2024-01-01') }, { weight: 1, arbitrary: json }),
  },
  { requiredKeys: ['type'] },
);

/** Every key and every text inside, however deep. */
function contents(value: unknown): { keys: string[]; texts: string[] } {
  const found = { keys: [] as string[], texts: [] as string[] };
  JSON.stringify(value, (key, inner: unknown) => {
    found.keys.push(key);
    if (typeof inner === 'string') found.texts.push(inner);
    return inner;
  });
  return found;
}

describe('whatever is sent', () => {
  it('nothing is thrown, and every answer is an item or a reason', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
      withUnicodeString: true,
    });
    const item = fc.oneof(
      anything,
      fc.record(
        {
          type: fc.constantFrom(...TYPES),
          userId: fc.constant('u'),
          name: anything,
          traits: anything,
          properties: anything,
          context: anything,
          url: anything,
        },
        { requiredKeys: ['type'] },
      ),
    );
    fc.assert(
      fc.property(item, (raw) => {
        const result = normaliseItem(raw, sender());
        expect('item' in result || (result.code !== '' && result.messageId !== '')).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('what is accepted or told holds no NUL, no lone surrogate and no prototype key', () => {
    let items = 0;
    fc.assert(
      fc.property(nastyItem, (raw) => {
        const result = normaliseItem(raw, sender());
        if ('item' in result) items++;
        const properties = 'item' in result && result.item.type === 'track' ? JSON.parse(result.item.properties) : null;
        const { keys, texts } = contents([result, properties]);
        expect([...keys, ...texts].join('\n')).not.toMatch(/\0|\p{Surrogate}/u);
        // An attribute's register has a prefix, so only whole keys can be of this kind.
        expect(keys.filter((key) => ['__proto__', 'constructor', 'prototype'].includes(key))).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(items).toBeGreaterThan(100);
  });

  it('its size is that of its JSON', () => {
    fc.assert(
      fc.property(bag, (properties) => {
        const raw = JSON.parse(JSON.stringify(track({ properties, messageId: 'm' }))) as ReturnType<typeof track>;
        expect(accepted(raw).bytes).toBe(Buffer.byteLength(JSON.stringify(raw)));
      }),
    );
  });
});
