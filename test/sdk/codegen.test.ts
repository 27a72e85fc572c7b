/** The texts the generator writes for GraphQL operations, and its table of routes: complete, in order, ready to send. */
import { join } from 'node:path';
import { buildSchema, type DocumentNode, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/infra/package-root.ts';

interface Written {
  readonly prepend: readonly string[];
  readonly content: string;
}
type Plugin = (schema: unknown, documents: readonly { readonly document: DocumentNode }[]) => Written;

const { plugin } = (await import(join(packageRoot(), 'sdk/codegen/documents.mjs'))) as { readonly plugin: Plugin };
const schema = buildSchema(
  'type Visitor { id: ID! name: String } type Query { visitor: Visitor other: Visitor } type Mutation { merge: Visitor }',
);

const written = (...documents: readonly string[]) =>
  plugin(
    schema,
    documents.map((text) => ({ document: parse(text) })),
  ).content;

/** Name, types and text of each line of the tables. */
function linesOf(content: string) {
  return [...content.matchAll(/^ {2}(\w+): typed<(\w+), (\w+)>\((".*")\),$/gm)].map(
    ([, name, result, variables, text]) => {
      return { name, result, variables, text: JSON.parse(text ?? '""') as string };
    },
  );
}

describe('the generated documents', () => {
  const visitor = 'query visitor { visitor { ...Whole } }';
  const whole = 'fragment Whole on Visitor { ...Named ...Named id }';
  const named = 'fragment Named on Visitor { name }';

  it('hold the fragments they need, each once, and no other', () => {
    const lines = linesOf(written(visitor, 'query other { other { id } }', whole, named));
    for (const { text } of lines) expect(validate(schema, parse(text))).toEqual([]);
    expect(lines.map(({ text }) => text.match(/fragment \w+/g))).toEqual([null, ['fragment Whole', 'fragment Named']]);
  });

  it('are sorted by name and kind, whatever order the files came in', () => {
    const files = [named, 'mutation merge { merge { id } }', visitor, whole, 'query other { other { id } }'];
    expect(written(...files)).toBe(written(...files.toReversed()));
    expect(linesOf(written(...files)).map(({ name, result, variables }) => [name, result, variables])).toEqual([
      ['other', 'OtherQuery', 'OtherQueryVariables'],
      ['visitor', 'VisitorQuery', 'VisitorQueryVariables'],
      ['merge', 'MergeMutation', 'MergeMutationVariables'],
    ]);
  });
});
