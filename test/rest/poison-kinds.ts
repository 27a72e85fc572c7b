/** Items that have broken somebody's server, as they go over the wire, and what becomes of each. */
import { MAX_ATTRIBUTES, MAX_ITEM_BYTES, MAX_ITEM_DEPTH, MAX_LENGTH } from '../../src/limits.ts';

/** Stands in every poisonous value, so that a copy of one shows wherever it is. */
export const CANARY = 'canary-7c1e';

/** One kind of poison. */
export interface Poison {
  readonly kind: string;
  /** JSON text: some of it no serialiser would write. */
  readonly item: string;
}

/** Poison that is mended. */
export interface Mended extends Poison {
  readonly warning: { readonly code: string; readonly pointer: string };
}

/** Poison that is refused. */
export interface Refused extends Poison {
  readonly code: string;
  readonly pointer: string;
  readonly limit?: number;
}

const track = (fields: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ type: 'track', userId: 'poisoner', name: 'poison', ...fields });

/** A track whose properties are this JSON text. */
const withProperties = (json: string) => `${track({}).slice(0, -1)},"properties":${json}}`;

/** Properties with a canary so many levels down; they are the first. */
const deep = (levels: number) => withProperties(`${'{"a":'.repeat(levels)}"${CANARY}"${'}'.repeat(levels)}`);

const keys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, CANARY])));

const at = (time: number) => new Date(time).toISOString();
const DAY_MS = 86_400_000;
const TOO_DEEP = { code: 'too_deep', pointer: `/properties${'/a'.repeat(MAX_ITEM_DEPTH)}`, limit: MAX_ITEM_DEPTH };
const ILLEGAL_ID = { code: 'illegal_id', pointer: '/userId' };

/** Cleaned: 100 of 100 accepted. */
export const MENDED: readonly Mended[] = [
  {
    kind: 'NUL in a text',
    item: withProperties(`{"text":"a\\u0000${CANARY}"}`),
    warning: { code: 'text_cleaned', pointer: '/properties/text' },
  },
  {
    kind: 'NUL in a key',
    item: withProperties(`{"a\\u0000b":"${CANARY}"}`),
    warning: { code: 'key_cleaned', pointer: '/properties/ab' },
  },
  {
    kind: 'a lone high surrogate',
    item: withProperties(`{"text":"\\ud800${CANARY}"}`),
    warning: { code: 'text_cleaned', pointer: '/properties/text' },
  },
  {
    kind: 'a lone low surrogate in an event name',
    item: track({ name: `\udc00${CANARY}` }),
    warning: { code: 'text_cleaned', pointer: '/name' },
  },
  ...['__proto__', 'constructor', 'prototype'].map((key) => ({
    kind: `a key ${key}`,
    item: withProperties(`{"${key}":{"polluted":"${CANARY}"}}`),
    warning: { code: 'key_dropped', pointer: `/properties/${key}` },
  })),
];

/** Refused: 99 of 100 accepted. */
export const REFUSED: readonly Refused[] = [
  { kind: '9 levels', item: deep(MAX_ITEM_DEPTH + 1), ...TOO_DEEP },
  { kind: '40 levels', item: deep(40), ...TOO_DEEP },
  { kind: '10,000 levels', item: deep(10_000), ...TOO_DEEP },
  { kind: '100,000 levels', item: deep(100_000), ...TOO_DEEP },
  {
    kind: '256 keys',
    item: withProperties(keys(MAX_ATTRIBUTES + 1)),
    code: 'too_many_attributes',
    pointer: '/properties',
    limit: MAX_ATTRIBUTES,
  },
  {
    kind: '10,000 keys',
    item: withProperties(keys(10_000)),
    code: 'too_many_attributes',
    pointer: '/properties',
    limit: MAX_ATTRIBUTES,
  },
  {
    kind: 'a text of 1 MB',
    item: track({ properties: { text: CANARY.padEnd(1024 * 1024, 'x') } }),
    code: 'value_too_long',
    pointer: '/properties/text',
    limit: MAX_LENGTH.value,
  },
  {
    kind: 'an item of more than 32 KB',
    item: track({
      properties: {
        a: 'x'.repeat(8000),
        b: 'x'.repeat(8000),
        c: 'x'.repeat(8000),
        d: 'x'.repeat(8192),
        e: CANARY.padEnd(800),
      },
    }),
    code: 'item_too_large',
    pointer: '',
    limit: MAX_ITEM_BYTES,
  },
  {
    kind: 'an id of 300 characters',
    item: track({ userId: CANARY.padEnd(300, 'x') }),
    code: 'id_too_long',
    pointer: '/userId',
    limit: MAX_LENGTH.id,
  },
  {
    kind: 'a messageId of 300 characters',
    item: track({ messageId: CANARY.padEnd(300, 'x') }),
    code: 'id_too_long',
    pointer: '/messageId',
    limit: MAX_LENGTH.id,
  },
  {
    kind: 'a key of 101 characters',
    item: track({ properties: { ['k'.repeat(MAX_LENGTH.key + 1)]: CANARY } }),
    code: 'key_too_long',
    pointer: '/properties',
    limit: MAX_LENGTH.key,
  },
  {
    kind: 'a name of 201 characters',
    item: track({ name: CANARY.padEnd(MAX_LENGTH.eventName + 1, 'x') }),
    code: 'name_too_long',
    pointer: '/name',
    limit: MAX_LENGTH.eventName,
  },
  { kind: 'no date', item: track({ timestamp: CANARY }), code: 'bad_timestamp', pointer: '/timestamp' },
  {
    kind: 'the 30th of February',
    item: track({ timestamp: '2024-02-30' }),
    code: 'bad_timestamp',
    pointer: '/timestamp',
  },
  { kind: 'a date of 1999', item: track({ timestamp: '1999-12-31' }), code: 'bad_timestamp', pointer: '/timestamp' },
  {
    kind: 'a date two days ahead',
    item: track({ timestamp: at(Date.now() + 2 * DAY_MS) }),
    code: 'bad_timestamp',
    pointer: '/timestamp',
  },
  ...['', 'null', 'undefined', '[object Object]', 'NaN', '0', '00000000-0000-0000-0000-000000000000', '"guest"'].map(
    (userId) => ({ kind: `the id '${userId}'`, item: track({ userId }), ...ILLEGAL_ID }),
  ),
  { kind: 'an object as id', item: track({ userId: { id: CANARY } }), ...ILLEGAL_ID },
  ...['vis_01hkw9x3v0e7ntcq5r8d2m4z6b', 'vis_', CANARY].map((visitorId) => ({
    kind: `the visitor ${visitorId}`,
    item: JSON.stringify({ type: 'track', name: 'poison', visitorId }),
    code: 'unknown_visitor',
    pointer: '/visitorId',
  })),
  { kind: 'nobody', item: '{"type":"track","name":"poison"}', code: 'no_one', pointer: '' },
  {
    kind: 'a number beyond all numbers',
    item: withProperties('{"n":1e999}'),
    code: 'number_out_of_range',
    pointer: '/properties/n',
  },
  { kind: 'a list as properties', item: track({ properties: [CANARY] }), code: 'wrong_type', pointer: '/properties' },
  { kind: 'no name', item: '{"type":"track","userId":"poisoner"}', code: 'missing_field', pointer: '/name' },
  { kind: 'no type', item: '{"userId":"poisoner"}', code: 'missing_field', pointer: '/type' },
  {
    kind: 'a type nobody knows',
    item: `{"type":"${CANARY}","userId":"poisoner"}`,
    code: 'unknown_type',
    pointer: '/type',
  },
  {
    kind: 'a type from a prototype',
    item: '{"type":"constructor","userId":"poisoner"}',
    code: 'unknown_type',
    pointer: '/type',
  },
  {
    kind: 'a URL that runs code',
    item: `{"type":"page","userId":"poisoner","url":"javascript:${CANARY}"}`,
    code: 'bad_url',
    pointer: '/url',
  },
  ...['null', '7', `"${CANARY}"`, '[]'].map((item) => ({
    kind: `${item} for an item`,
    item,
    code: 'wrong_type',
    pointer: '',
  })),
];
