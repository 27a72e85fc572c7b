/** Scalars beyond GraphQL's own. Values are judged where they are used, so that every door gives the same reasons. */
import { GraphQLError, type ValueNode, valueFromASTUntyped } from 'graphql';
import { builder } from './builder.ts';

builder.scalarType('DateTime', {
  description:
    'A moment. Answered in RFC 3339, UTC, with milliseconds: 2024-01-15T10:00:00.000Z. Taken as any RFC 3339 time or date.',
  serialize: (value) => value,
  parseValue: readText,
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => literal(node, variables),
});

builder.scalarType('JSONObject', {
  description: 'A JSON object.',
  serialize: (value) => value,
  parseValue: readObject,
  parseLiteral: (node, variables) => readObject(literal(node, variables)),
});

function readText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError('A time is written as text.');
}

function readObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new GraphQLError('A JSON object is needed here.');
}

function literal(node: ValueNode, variables: Readonly<Record<string, unknown>> | null | undefined): unknown {
  return valueFromASTUntyped(node, variables ?? undefined);
}
