/** Asks a server in GraphQL: documents in, answers taken apart. */
import type { TestServer } from '../support/http.ts';

/** An error as it is answered. */
export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string; readonly requestId: string };
}

/** An answer. */
export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whatever the test expects it to be. */
  readonly data: ReturnType<typeof JSON.parse>;
  readonly errors: readonly AnsweredError[];
}

/** A document, and who asks. */
export interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** POSTs a document. */
export async function ask({ app }: Pick<TestServer, 'app'>, asked: Asked): Promise<GraphQLAnswer> {
  const { query, variables, key, headers } = asked;
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...(key && { 'x-api-key': key }), ...headers },
    payload: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = response.json();
  return { status: response.statusCode, headers: response.headers, data, errors };
}

/** The same with one key; an answer with an error fails the test. */
export function asker(server: Pick<TestServer, 'app'>, key: string | undefined) {
  return async (query: string, variables?: Readonly<Record<string, unknown>>) => {
    const { data, errors } = await ask(server, { query, key, ...(variables && { variables }) });
    if (errors.length > 0) throw new Error(`Refused: ${JSON.stringify(errors)}`);
    return data;
  };
}

/** The codes of an answer's errors. */
export function codesOf({ errors }: Pick<GraphQLAnswer, 'errors'>): string[] {
  return errors.map(({ extensions }) => extensions.code);
}
