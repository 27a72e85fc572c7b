/** How a refusal is answered (RFC 9457), and every code there is. The same codes everywhere a caller meets them. */
import { z } from 'zod';

/** `application/problem+json`. Further members are facts of the one error, e.g. `limit` or `plan`. */
export const problem = z
  .looseObject({
    type: z.string().describe('Leads to an explanation of the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('The path that was asked for.'),
    code: z.string().describe('For programs; never changes its meaning.'),
    requestId: z.string().describe('Names this request in our log.'),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).describe('Where the input is wrong.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problem>;

/** A code, its HTTP status, and what it means. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code a request may be refused with. Codes of single items stand in the ingestion contract. */
export const PROBLEMS = {
  bad_request: { status: 400, title: 'The request is not HTTP as this server understands it' },
  bad_query: { status: 400, title: 'The GraphQL document is malformed or does not fit the schema' },
  query_too_costly: { status: 400, title: 'The GraphQL document asks for too much' },
  query_too_deep: { status: 400, title: 'The GraphQL document is nested too deep' },
  query_too_long: { status: 400, title: 'The GraphQL document has too many tokens' },
  too_many_aliases: { status: 400, title: 'The GraphQL document has too many aliases' },
  too_many_directives: { status: 400, title: 'The GraphQL document has too many directives' },
  too_many_subscriptions: { status: 400, title: 'The connection has too many subscriptions' },
  not_json: { status: 400, title: 'The body is not JSON' },
  unauthenticated: { status: 401, title: 'No key, or one that does not work' },
  sign_in_code_invalid: { status: 401, title: 'The sign-in link was used, or is too old' },
  visitor_token_invalid: { status: 401, title: 'The visitor token is not valid' },
  forbidden: { status: 403, title: 'The key may not do this' },
  secret_key_in_browser: { status: 403, title: 'A secret key was sent by a web page' },
  forbidden_origin: { status: 403, title: 'A signed-in browser was sent here by another page' },
  not_found: { status: 404, title: 'There is no such thing in this workspace' },
  unknown_route: { status: 404, title: 'There is no such address' },
  method_not_allowed: { status: 405, title: 'The address does not answer this method' },
  already_merged: { status: 409, title: 'Both are one person already' },
  already_undone: { status: 409, title: 'The merge was undone before' },
  idempotency_in_progress: { status: 409, title: 'The first request with this key is still running' },
  identified_conflict: { status: 409, title: 'Two identified people' },
  legal_hold: { status: 409, title: 'The visitor is on legal hold' },
  merge_erased: { status: 409, title: 'One side of the merge was erased' },
  key_revoked: { status: 409, title: 'The key no longer works' },
  stale_plan: { status: 409, title: 'The people changed since the plan was made' },
  no_identity_secret: { status: 409, title: 'There is no secret to verify identities with' },
  precondition_failed: { status: 412, title: 'The state is not the one in If-Match' },
  too_large: { status: 413, title: 'The body is too large' },
  too_many_items: { status: 413, title: 'The batch has too many items' },
  unsupported_encoding: { status: 415, title: 'The content encoding is unknown' },
  invalid: { status: 422, title: 'The input has a wrong shape or value' },
  idempotency_key_reused: { status: 422, title: 'The key was sent with another request' },
  anonymous_id_too_weak: { status: 422, title: 'The anonymousId could be guessed' },
  self_merge: { status: 422, title: 'A visitor cannot be merged into itself' },
  rate_limited: { status: 429, title: 'Too many items, or failed sign-ins, at once' },
  overloaded: { status: 429, title: 'The server has as much waiting as it takes' },
  internal: { status: 500, title: 'Our fault' },
  unavailable: { status: 503, title: 'A passing fault; try again' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
