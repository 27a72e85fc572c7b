/**
 * What graphql-codegen makes of schema/schema.graphql and sdk/operations: the SDK's GraphQL types and documents.
 * Paths are seen from sdk/codegen, where its packages are installed; `npm run codegen` runs it from there.
 */
export default {
  schema: '../../schema/schema.graphql',
  documents: '../operations/**/*.graphql',
  generates: {
    '../generated/graphql.ts': {
      plugins: ['typescript-operations', './documents.mjs'],
      config: {
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', JSONObject: 'Record<string, unknown>' },
        strictScalars: true,
        enumType: 'string-literal',
        useTypeImports: true,
        documentMode: 'string',
      },
    },
  },
};
