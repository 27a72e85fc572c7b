/** Documents that ask for too much: each refused by a code, at once, whatever is stored. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MAX_QUERY_ALIASES,
  MAX_QUERY_DEPTH,
  MAX_QUERY_DIRECTIVES,
  MAX_QUERY_NODES,
  MAX_QUERY_TOKENS,
} from '../../src/limits.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { ask, codesOf } from './asking.ts';

/**
 * A refusal takes no more of a processor than this, in the median of several different documents. Time on the clock
 * would also count what else the machine does.
 */
const AT_ONCE_MS = 20;
const TRIES = 9;

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await openServer();
  key = (await server.world.workspace()).keys.secretKey ?? '';
});
afterAll(() => server.close());

const refused = async (query: string, variables?: Readonly<Record<string, unknown>>) =>
  ask(server, { key, query, ...(variables && { variables }) });

const repeat = (count: number, make: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

/** A document for each limit, just beyond it; `i` makes it another one, so that no cache helps. */
const ATTACKS: readonly [string, string, (i: number) => string][] = [
  ['tokens', 'query_too_long', (i) => `{ ${repeat(MAX_QUERY_TOKENS, () => `name${i}`)} }`],
  ['aliases', 'too_many_aliases', (i) => `{ ${repeat(MAX_QUERY_ALIASES + 1, (n) => `a${i}_${n}: __typename`)} }`],
  [
    'aliases in a fragment',
    'too_many_aliases',
    (i) => `{ ...F${i} } fragment F${i} on Query { ${repeat(MAX_QUERY_ALIASES + 1, (n) => `a${n}: __typename`)} }`,
  ],
  [
    'directives',
    'too_many_directives',
    (i) => `query Q${i} { __typename ${repeat(MAX_QUERY_DIRECTIVES + 1, () => '@include(if: true)')} }`,
  ],
  ['unknown directives', 'too_many_directives', (i) => `{ __typename ${repeat(300, () => `@x${i}`)} }`],
  ['levels', 'query_too_deep', (i) => `{ a${i} ${repeat(100, () => '{ a')} ${repeat(100, () => '}')} }`],
  [
    'levels in fragments',
    'query_too_deep',
    (i) =>
      `{ ...F${i}_0 } ${repeat(20, (n) => `fragment F${i}_${n} on Query { node(id: "x") { id ...F${i}_${n + 1} } }`)}
      fragment F${i}_20 on Query { __typename }`,
  ],
  [
    'cost',
    'query_too_costly',
    (i) => `query Q${i} { visitors(first: 100) { nodes { events(first: 100) { nodes { id } } } } }`,
  ],
  [
    'cost in fragments that double',
    'query_too_costly',
    (i) =>
      `{ visitors(first: 100) { nodes { ...F${i}_0 } } } ${repeat(
        30,
        (n) => `fragment F${i}_${n} on Visitor { ...F${i}_${n + 1} ... { ...F${i}_${n + 1} } }`,
      )} fragment F${i}_30 on Visitor { company { id } }`,
  ],
  [
    'a circle of fragments',
    'bad_query',
    (i) => `{ ...A${i} } fragment A${i} on Query { ...B${i} } fragment B${i} on Query { ...A${i} }`,
  ],
  [
    'the schema in circles',
    'bad_query',
    (i) =>
      `query Q${i} { __schema { types ${repeat(5, () => '{ fields { type')} { name } ${repeat(5, () => '} }')} } }`,
  ],
  [
    'fields that overlap',
    'bad_query',
    (i) => `{ ${repeat(14, (n) => `a: visitors(first: ${n + i + 1}) { totalCount }`)} }`,
  ],
];

describe('a document with too many', () => {
  it.each(ATTACKS)('%s is refused at once', async (_what, code, attack) => {
    const times: number[] = [];
    for (let i = 0; i < TRIES; i++) {
      const query = attack(i);
      const before = process.cpuUsage();
      const answer = await refused(query);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
      expect(codesOf(answer)[0]).toBe(code);
      expect(answer.data).toBeUndefined();
    }
    times.sort((a, b) => a - b);
    expect(times[TRIES >> 1]).toBeLessThan(AT_ONCE_MS);
  });
});

describe('just within its limits', () => {
  it.each([
    ['tokens', `mutation { ingest(items: [[${repeat(MAX_QUERY_TOKENS - 15, () => '1')}]]) { status } }`],
    ['aliases', `{ ${repeat(MAX_QUERY_ALIASES, (n) => `a${n}: __typename`)} }`],
    ['directives', `{ ${repeat(MAX_QUERY_DIRECTIVES, () => '__typename @include(if: true)')} }`],
    ['levels', '{ visitors(first: 2) { nodes { sessions { nodes { pages { url } } } } } }'],
    ['cost', '{ visitors(first: 99) { nodes { events(first: 100) { nodes { id } } } } }'],
  ])('a document is answered: %s', async (_what, query) => {
    expect(codesOf(await refused(query))).toEqual([]);
  });

  it(`the levels are ${MAX_QUERY_DEPTH}`, async () => {
    const eight = '{ visitors(first: 2) { edges { node { sessions { edges { node { pages { url } } } } } } } }';
    expect(codesOf(await refused(eight))).toEqual([]);
    const nine =
      '{ mergeSuggestions(first: 2) { edges { node { target { sessions { edges { node { duration id pages { url } } } } } } } } }';
    expect(codesOf(await refused(nine))).toEqual(['query_too_deep']);
  });

  it('the whole schema can be asked for in one document', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect(codesOf(await refused(getIntrospectionQuery()))).toEqual([]);
  });
});

describe('the cost of a list', () => {
  const QUERY = 'query ($n: Int) { visitors(first: $n) { nodes { events(first: $n) { nodes { id } } } } }';

  it('is that of the variable it is asked with', async () => {
    expect(codesOf(await refused(QUERY, { n: 10 }))).toEqual([]);
    expect(codesOf(await refused(QUERY, { n: 100 }))).toEqual(['query_too_costly']);
    expect(codesOf(await refused(QUERY, { n: 10 }))).toEqual([]);
  });

  it('is that of the default when there is none', async () => {
    const costly = QUERY.replace('$n: Int', '$n: Int = 100');
    expect(codesOf(await refused(costly))).toEqual(['query_too_costly']);
    expect(codesOf(await refused(costly, { n: 10 }))).toEqual([]);
    expect(codesOf(await refused(costly.replace('query (', 'query Other('), {}))).toEqual(['query_too_costly']);
  });

  it.each([0, -1, 101, 2_000_000_000])('cannot be lowered by asking for %i', async (n) => {
    const answer = await refused('query ($n: Int) { visitors(first: $n) { nodes { id } } }', { n });
    expect(codesOf(answer)).toEqual(['invalid']);
    expect(answer.errors[0]?.extensions.errors).toEqual([expect.objectContaining({ pointer: '/first' })]);
    expect(codesOf(await refused(QUERY, { n }))).toEqual(['query_too_costly']);
  });

  it('is told with the limit', async () => {
    const { errors } = await refused(QUERY, { n: 100 });
    expect(errors[0]?.extensions).toMatchObject({ limit: MAX_QUERY_NODES, cost: 10_100 });
  });
});

describe('a refusal', () => {
  it.each([
    '{ visitor(id: "x") { nam } }',
    '{ vistors { nodes { id } } }',
    'mutation { trackEvents(input: {}) { status } }',
    'query ($i: TrackEventInpu) { __typename }',
    '{ visitors(sort: nam) { totalCount } }',
    'mutation { trackEvent(input: { nam: "x" }) { status } }',
  ])('suggests no names of the schema: %s', async (query) => {
    const { errors } = await refused(query);
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
  });
});
