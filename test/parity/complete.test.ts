/** The tables of reads and writes leave nothing out: no route, no field, no method, no parameter. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { schema } from '../../schema/index.ts';
import { ingestRoutes } from '../../src/contract/ingest-routes.ts';
import { pageParameters } from '../../src/contract/page.ts';
import { restRoutes } from '../../src/contract/rest-routes.ts';
import type { RestRoute } from '../../src/contract/route.ts';
import { DONE_BY } from './askings.ts';
import { READS } from './reads.ts';
import { askedWith } from './workspace.ts';
import { WRITES } from './writes.ts';

/** What no row can stand for, and what holds it instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'Query.node': 'node.test.ts',
  tracker: 'test/sdk/tracker.test.ts and live.test.ts',
  graphql: 'a document of the caller; test/sdk/graphql.test.ts',
  subscription: 'a document of the caller; test/sdk/subscribe.test.ts',
};

const NOWHERE = { url: 'http://127.0.0.1:1' };
const routes: Readonly<Record<string, Pick<RestRoute, 'method' | 'query'>>> = { ...restRoutes, ...ingestRoutes };
const rows = [
  ...READS,
  ...WRITES.map(({ route }) => ({ route, field: `Mutation.${DONE_BY[route][0]}`, sdk: DONE_BY[route][1] })),
];
const unique = (names: Iterable<string>) => [...new Set(names)].filter((name) => !(name in ELSEWHERE)).sort();

describe('the tables', () => {
  it('have every route', () => {
    expect(unique(rows.map(({ route }) => route))).toEqual(unique(Object.keys(routes)));
    const changing = Object.keys(routes).filter((route) => routes[route]?.method !== 'GET');
    expect(unique(WRITES.map(({ route }) => route))).toEqual(unique(changing));
  });

  it('have every query and mutation, and every list of a visitor or a conversation', () => {
    const fieldsOf = (name: string) => {
      const type = schema.getType(name);
      const fields = type && 'getFields' in type ? Object.values(type.getFields()) : [];
      return fields.map((field) => ({ name: `${name}.${field.name}`, type: String(field.type) }));
    };
    const lists = [...fieldsOf('Visitor'), ...fieldsOf('Conversation')].filter(({ type }) =>
      type.endsWith('Connection!'),
    );
    const fields = [...fieldsOf('Query'), ...fieldsOf('Mutation'), ...lists].map(({ name }) => name);
    expect(unique(rows.map(({ field }) => field))).toEqual(unique(fields));
  });

  it('have every method of the client', () => {
    // The generated ones are the fields of the schema.
    const { query: _query, mutate: _mutate, subscribe: _live, ...nouns } = askedWith(NOWHERE, 'sk_x').client;
    const methods = Object.entries(nouns).flatMap(([noun, methods]) =>
      typeof methods === 'function' ? [noun] : Object.keys(methods).map((verb) => `${noun}.${verb}`),
    );
    expect(unique(rows.map(({ sdk }) => sdk))).toEqual(unique(methods));
  });

  it.each(Object.keys(routes).filter((route) => routes[route]?.query))('try every parameter of %s', (route) => {
    const query = routes[route]?.query as z.ZodObject | undefined;
    const parameters = Object.keys(query?.shape ?? {}).filter((name) => !(name in pageParameters));
    const tried = [...READS, ...WRITES].filter((row) => row.route === route).flatMap(({ tries = [] }) => tries);
    expect(unique(tried)).toEqual(unique(parameters));
  });
});
