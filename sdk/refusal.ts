/** Which error a refusal becomes: by its code when this client knows it, else by its status. */

import type { ErrorFacts } from './errors.ts';
import * as errors from './errors.ts';

type ErrorClass = new (
  message: string,
  said: ErrorFacts,
  options?: { readonly cause?: unknown },
) => errors.TransactionalSupportError;

/** The class of every code a request may be refused with. The suite holds it to the server's own list. */
export const CLASS_OF_CODE = {
  bad_request: errors.BadRequestError,
  not_json: errors.NotJsonError,
  bad_query: errors.BadQueryError,
  query_too_costly: errors.QueryTooCostlyError,
  query_too_deep: errors.QueryTooDeepError,
  query_too_long: errors.QueryTooLongError,
  too_many_aliases: errors.TooManyAliasesError,
  too_many_directives: errors.TooManyDirectivesError,
  too_many_subscriptions: errors.TooManySubscriptionsError,
  unauthenticated: errors.UnauthenticatedError,
  sign_in_code_invalid: errors.SignInCodeInvalidError,
  visitor_token_invalid: errors.VisitorTokenInvalidError,
  forbidden: errors.ForbiddenError,
  secret_key_in_browser: errors.SecretKeyInBrowserError,
  forbidden_origin: errors.ForbiddenOriginError,
  not_found: errors.NotFoundError,
  unknown_route: errors.UnknownRouteError,
  method_not_allowed: errors.MethodNotAllowedError,
  already_merged: errors.AlreadyMergedError,
  already_undone: errors.AlreadyUndoneError,
  merge_erased: errors.MergeErasedError,
  legal_hold: errors.LegalHoldError,
  idempotency_in_progress: errors.IdempotencyInProgressError,
  identified_conflict: errors.IdentifiedConflictError,
  key_revoked: errors.KeyRevokedError,
  no_identity_secret: errors.NoIdentitySecretError,
  stale_plan: errors.StalePlanError,
  precondition_failed: errors.PreconditionFailedError,
  too_large: errors.TooLargeError,
  too_many_items: errors.TooManyItemsError,
  unsupported_encoding: errors.UnsupportedEncodingError,
  invalid: errors.InvalidError,
  anonymous_id_too_weak: errors.AnonymousIdTooWeakError,
  idempotency_key_reused: errors.IdempotencyKeyReusedError,
  self_merge: errors.SelfMergeError,
  rate_limited: errors.RateLimitedError,
  overloaded: errors.OverloadedError,
  internal: errors.InternalError,
  unavailable: errors.UnavailableError,
} as const satisfies Record<string, ErrorClass>;

/** A code this client has a class for. */
export type KnownCode = keyof typeof CLASS_OF_CODE;

/** What a status means, whatever the code says. */
const CLASS_OF_STATUS: Readonly<Record<number, ErrorClass>> = {
  400: errors.BadRequestError,
  401: errors.UnauthenticatedError,
  403: errors.ForbiddenError,
  404: errors.NotFoundError,
  405: errors.MethodNotAllowedError,
  409: errors.ConflictError,
  412: errors.PreconditionFailedError,
  413: errors.TooLargeError,
  415: errors.UnsupportedEncodingError,
  422: errors.InvalidError,
  429: errors.TooManyRequestsError,
};

/** An error for what the server said. @param said its status may be null: then the code alone decides. */
export function refusal(message: string, said: ErrorFacts): errors.TransactionalSupportError {
  const Class = classOf(said.code, said.status ?? null);
  return new Class(message, said);
}

function classOf(code: string, status: number | null): ErrorClass {
  const known = Object.hasOwn(CLASS_OF_CODE, code) ? CLASS_OF_CODE[code as KnownCode] : undefined;
  if (status === null) return known ?? errors.TransactionalSupportError;
  const general = classOfStatus(status);
  // A code may come with another status than usual: the rejected item `forbidden` is a 422, not a key without rights.
  if (known && (known === general || known.prototype instanceof general)) return known;
  return status === 422 ? errors.RejectedError : general;
}

function classOfStatus(status: number): ErrorClass {
  return CLASS_OF_STATUS[status] ?? (status >= 500 ? errors.ServerError : errors.TransactionalSupportError);
}

/** The error for an answer that is not a 2xx. Reads its body. */
export async function refusalOf(response: Response): Promise<errors.TransactionalSupportError> {
  const { status, headers } = response;
  const common = { status, requestId: headers.get('x-request-id'), retryAfter: secondsToWait(headers) };
  const body = parsed(await response.text().catch(() => ''));
  if (isObject(body) && typeof body.code === 'string') return ofProblem({ ...body, code: body.code }, common);
  const refused = isObject(body) ? graphqlRefusal(body.errors, common) : null;
  if (refused) return refused;
  const detail = `The answer was ${status} ${response.statusText}`.trimEnd();
  return refusal(`${detail}, and its body is not one of this service.`, { ...common, code: `http_${status}` });
}

type Common = Pick<ErrorFacts, 'status' | 'requestId' | 'retryAfter'>;

function ofProblem(body: Json & { readonly code: string }, common: Common): errors.TransactionalSupportError {
  const {
    code,
    detail,
    title,
    requestId,
    errors: faults,
    type: _type,
    status: _status,
    instance: _at,
    ...facts
  } = body;
  const said = { ...common, code, facts, faults: faultsIn(faults), requestId: textOf(requestId) ?? common.requestId };
  return refusal(textOf(detail) ?? textOf(title) ?? code, said);
}

/**
 * The error for the `errors` of a GraphQL answer, or null when there are none. The first decides; `facts.errors` has all.
 *
 * @param common its status is that of the HTTP answer, or null when that was a 200.
 */
export function graphqlRefusal(list: unknown, common: Common): errors.TransactionalSupportError | null {
  if (!Array.isArray(list) || list.length === 0) return null;
  const [{ message, path, extensions }] = list as [Json];
  const { code, status, requestId, retryAfter, errors: faults, ...rest } = isObject(extensions) ? extensions : {};
  return refusal(textOf(message) ?? 'The operation was refused.', {
    code: textOf(code) ?? 'graphql_error',
    status: numberOf(status) ?? common.status ?? null,
    requestId: textOf(requestId) ?? common.requestId ?? null,
    retryAfter: numberOf(retryAfter) ?? common.retryAfter ?? null,
    faults: faultsIn(faults),
    facts: { ...rest, path, errors: list },
  });
}

type Json = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function faultsIn(value: unknown): errors.Fault[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map(({ pointer, detail }) => ({
    pointer: textOf(pointer) ?? '',
    detail: textOf(detail) ?? '',
  }));
}

/** `Retry-After` in seconds; a date in it counts from the server's own `Date`, so no clock of ours matters. */
function secondsToWait(headers: Headers): number | null {
  const text = headers.get('retry-after');
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const seconds = (Date.parse(text) - Date.parse(headers.get('date') ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
