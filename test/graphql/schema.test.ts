/** The schema as a whole: everything described, nothing left to guess. Its printed form is kept fresh by openapi.test. */
import { type GraphQLNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { prepareOperation } from '../../src/http/graphql-operation.ts';
import { MAX_PAGE_SIZE } from '../../src/limits.ts';
import { sourceFiles } from '../support/source-files.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const ours = types.filter(({ name }) => !['Int', 'Float', 'String', 'Boolean', 'ID'].includes(name));

function fieldsOf(type: GraphQLNamedType) {
  if (isObjectType(type) || isInterfaceType(type)) return Object.values(type.getFields());
  return [];
}

describe('the schema', () => {
  it.each(ours.map((type) => [type.name, type] as const))('describes %s and all that is in it', (_name, type) => {
    const parts = [
      ...fieldsOf(type).flatMap((field) => [
        field,
        ...field.args.map((arg) => ({ ...arg, name: `${field.name}(${arg.name})` })),
      ]),
      ...(isInputObjectType(type) ? Object.values(type.getFields()) : []),
      ...(isEnumType(type) ? type.getValues() : []),
    ];
    expect(type.description).toBeTruthy();
    expect(parts.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  });

  it('bounds every list that may be long by `first`', () => {
    const connections = ours.flatMap((type) =>
      fieldsOf(type)
        .filter((field) => String(field.type).includes('Connection'))
        .map((field) => [`${type.name}.${field.name}`, field] as const),
    );
    expect(connections.length).toBeGreaterThan(9);
    for (const [name, field] of connections) {
      const first = field.args.find((arg) => arg.name === 'first');
      expect([name, first?.description]).toEqual([name, expect.stringContaining(String(MAX_PAGE_SIZE))]);
    }
  });
});

describe('docs/graphql.md', () => {
  const [page] = sourceFiles(['docs'], /graphql\.md$/);
  const documents = [...(page?.text.matchAll(/```graphql\n([\s\S]+?)```/g) ?? [])].map(([, text = '']) => text);

  it.each(documents)('shows what can be asked: %s', (text) => {
    expect(prepareOperation({ query: text })).not.toHaveProperty('errors');
  });

  it('shows a query, a mutation and a subscription', () => {
    expect(documents.map((text) => text.split(' ', 1)[0])).toEqual(['query', 'mutation', 'subscription']);
  });
});
