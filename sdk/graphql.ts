/** Queries and mutations: one POST each, typed by their document, refused with the same errors as REST. */

import { TooManyRequestsError, UnreadableAnswerError } from './errors.ts';
import type { TypedDocument } from './generated/graphql.ts';
import type { CallOptions } from './options.ts';
import { graphqlRefusal } from './refusal.ts';
import { isPassing } from './retry.ts';
import type { Transport } from './transport.ts';

/** Where GraphQL is, behind the server's url. */
export const GRAPHQL_PATH = '/graphql';

/** A document that says its types, or the text of one. */
export type AnyDocument<Result, Variables> = TypedDocument<Result, Variables> | string;

/** Carries out one operation. */
export type Graphql = <Result = unknown, Variables = Readonly<Record<string, unknown>>>(
  document: AnyDocument<Result, Variables>,
  variables?: Variables,
  options?: CallOptions,
) => Promise<Result>;

/** What a server answers. */
export interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

/** @throws from each call: any error of errors.ts, by `extensions.code`; also when the data is there in part. */
export function createGraphql(transport: Transport): Graphql {
  return async <Result, Variables>(
    document: AnyDocument<Result, Variables>,
    variables?: Variables,
    options: CallOptions = {},
  ) => {
    const query = document.toString();
    const text = JSON.stringify({ query, variables });
    const headers = { accept: 'application/graphql-response+json, application/json;q=0.9' };
    const request = { method: 'POST', path: GRAPHQL_PATH, headers, body: () => text };
    const { body, headers: said } = await transport(request, options, mayWrite(query) ? wasNotBegun : isPassing);
    return dataOf(body as GraphqlAnswer | undefined, said.get('x-request-id')) as Result;
  };
}

/** What an answer holds. @throws the error it holds instead. @throws {UnreadableAnswerError} */
export function dataOf(answer: GraphqlAnswer | null | undefined, requestId: string | null): unknown {
  const refused = graphqlRefusal(answer?.errors, { requestId, status: null });
  if (refused) throw refused;
  if (answer?.data !== undefined && answer.data !== null) return answer.data;
  throw new UnreadableAnswerError('The answer holds neither data nor errors.', {
    code: 'unreadable_answer',
    requestId,
  });
}

/** Only for deciding about retries, so a query that merely contains the word loses nothing but those. */
function mayWrite(query: string): boolean {
  return /\bmutation\b/.test(query);
}

/** A mutation has no Idempotency-Key: it is repeated only when the server said that it did not begin. */
function wasNotBegun(thrown: unknown): thrown is TooManyRequestsError {
  return thrown instanceof TooManyRequestsError;
}
