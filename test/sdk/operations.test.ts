/** Every field one can ask for in GraphQL has a typed method of its name, made of the generated table. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLObjectType, parse, validate } from 'graphql';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { MUTATIONS, QUERIES, SUBSCRIPTIONS } from '../../sdk/generated/graphql.ts';
import { createGraphql } from '../../sdk/graphql.ts';
import type { Subscription, TypedDocument } from '../../sdk/index.ts';
import { methodsOf, streamsOf } from '../../sdk/operations.ts';
import { settingsOf } from '../../sdk/options.ts';
import { createTransport } from '../../sdk/transport.ts';
import { packageRoot } from '../../src/infra/package-root.ts';

const schema = buildSchema(readFileSync(join(packageRoot(), 'schema/schema.graphql'), 'utf8'));
const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {}).sort();

describe('the generated tables', () => {
  it.each([
    ['query', QUERIES, schema.getQueryType()],
    ['mutation', MUTATIONS, schema.getMutationType()],
    ['subscription', SUBSCRIPTIONS, schema.getSubscriptionType()],
  ])('have every %s of the schema, and none that is gone', (_kind, table, type) => {
    expect(Object.keys(table).sort()).toEqual(fieldsOf(type));
  });

  it('hold documents that the schema takes', () => {
    const documents = Object.values<object>({ ...QUERIES, ...MUTATIONS, ...SUBSCRIPTIONS }).map(String);
    const errors = documents.flatMap((text) => validate(schema, parse(text)).map(String));
    expect(errors).toEqual([]);
  });
});

const text = <Result, Variables>(document: string): TypedDocument<Result, Variables> => ({ toString: () => document });
const queries = {
  visitor: text<{ visitor: { id: string } | null }, { id: string }>(
    'query visitor($id: ID!) { visitor(id: $id) { id } }',
  ),
  count: text<{ count: number }, Record<string, never>>('query count { count }'),
};
const subscriptions = {
  online: text<{ online: { sequence: number } }, { ids?: string[] }>('subscription online { online { sequence } }'),
};
const settings = settingsOf({
  url: 'https://support.test',
  key: 'k',
  fetch: async (_url, { body }) =>
    String(body).includes('subscription')
      ? new Response('event: next\ndata: {"data":{"online":{"sequence":1}}}\n\n', {
          headers: { 'content-type': 'text/event-stream' },
        })
      : new Response(JSON.stringify({ data: { count: 3, visitor: JSON.parse(String(body)).variables ?? null } })),
});

describe('a method of a table', () => {
  const methods = methodsOf(queries, createGraphql(createTransport(settings)));
  const streams = streamsOf(subscriptions, settings);

  it('answers the one field its operation asks for', async () => {
    expect(await methods.count()).toBe(3);
    expect(await methods.visitor({ id: 'vis_1' })).toEqual({ id: 'vis_1' });
  });

  it('answers the field of each event of a subscription', async () => {
    for await (const event of streams.online()) {
      expect(event).toEqual({ sequence: 1 });
      break;
    }
  });

  it('is typed by its document', () => {
    expectTypeOf(methods.count).returns.resolves.toEqualTypeOf<number>();
    expectTypeOf(methods.visitor).returns.resolves.toEqualTypeOf<{ id: string } | null>();
    expectTypeOf(methods.visitor).parameter(0).toEqualTypeOf<{ id: string }>();
    expectTypeOf(streams.online).returns.toEqualTypeOf<Subscription<{ sequence: number }>>();
    // @ts-expect-error a required variable is missing
    void methods.visitor().catch(() => undefined);
  });
});
