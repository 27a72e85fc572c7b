/**
 * Every error the client throws: one class for each code of the server, one for each status a code may come with, and
 * those of the way there. Knows no transport; refusal.ts chooses the class.
 */

/** One thing wrong with an input. */
export interface Fault {
  /** RFC 6901 JSON pointer into the body; a query parameter is `/name`. */
  readonly pointer: string;
  readonly detail: string;
}

/** What an error says beside its message. */
export interface ErrorFacts {
  /** For programs; never changes its meaning. */
  readonly code: string;
  /** Of the HTTP answer; null when there was none. */
  readonly status?: number | null;
  /** Names the request in the server's log. */
  readonly requestId?: string | null;
  readonly faults?: readonly Fault[];
  /** Seconds the server asks to wait. */
  readonly retryAfter?: number | null;
  /** Whatever else the server says of this one error, e.g. `limit` or `plan`. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Base of every error of this package. */
export class TransactionalSupportError extends Error {
  override readonly name: string = 'TransactionalSupportError';
  readonly code: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly faults: readonly Fault[];
  readonly retryAfter: number | null;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(message: string, said: ErrorFacts, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = said.code;
    this.status = said.status ?? null;
    this.requestId = said.requestId ?? null;
    this.faults = said.faults ?? [];
    this.retryAfter = said.retryAfter ?? null;
    this.facts = said.facts ?? {};
  }
}

/** No answer came: the address is wrong, the server is not there, or the connection broke. */
export class ConnectionError extends TransactionalSupportError {
  override readonly name: string = 'ConnectionError';
}

/** No answer came in time. */
export class TimeoutError extends TransactionalSupportError {
  override readonly name: string = 'TimeoutError';
}

/** The caller's signal was aborted; `cause` is its reason. */
export class AbortedError extends TransactionalSupportError {
  override readonly name: string = 'AbortedError';
}

/** Something answered that is not this service: a proxy's page, a login form. */
export class UnreadableAnswerError extends TransactionalSupportError {
  override readonly name: string = 'UnreadableAnswerError';
}

/** A tracker had no room for an item, or was closed: the item was not taken. */
export class NotQueuedError extends TransactionalSupportError {
  override readonly name: string = 'NotQueuedError';
}

/** 400: the request could not be read. */
export class BadRequestError extends TransactionalSupportError {
  override readonly name: string = 'BadRequestError';
}

/** 400 `not_json`. */
export class NotJsonError extends BadRequestError {
  override readonly name: string = 'NotJsonError';
}

/** 400 `bad_query`: the GraphQL document is malformed or does not fit the schema. */
export class BadQueryError extends BadRequestError {
  override readonly name: string = 'BadQueryError';
}

/** 400 `query_too_costly`: the GraphQL document asks for too much. */
export class QueryTooCostlyError extends BadRequestError {
  override readonly name: string = 'QueryTooCostlyError';
}

/** 400 `query_too_deep`: the GraphQL document is nested too deep. */
export class QueryTooDeepError extends BadRequestError {
  override readonly name: string = 'QueryTooDeepError';
}

/** 400 `query_too_long`: the GraphQL document has too many tokens. */
export class QueryTooLongError extends BadRequestError {
  override readonly name: string = 'QueryTooLongError';
}

/** 400 `too_many_aliases` in one GraphQL document. */
export class TooManyAliasesError extends BadRequestError {
  override readonly name: string = 'TooManyAliasesError';
}

/** 400 `too_many_directives` in one GraphQL document. */
export class TooManyDirectivesError extends BadRequestError {
  override readonly name: string = 'TooManyDirectivesError';
}

/** 400 `too_many_subscriptions` on one connection. */
export class TooManySubscriptionsError extends BadRequestError {
  override readonly name: string = 'TooManySubscriptionsError';
}

/** 401: no key, or one that is unknown, expired or revoked. */
export class UnauthenticatedError extends TransactionalSupportError {
  override readonly name: string = 'UnauthenticatedError';
}

/** 401 `sign_in_code_invalid`: the dashboard's one-time link was used before, or is too old. */
export class SignInCodeInvalidError extends UnauthenticatedError {
  override readonly name: string = 'SignInCodeInvalidError';
}

/** 401 `visitor_token_invalid`: forged, expired, or of another workspace. Ask for a new one. */
export class VisitorTokenInvalidError extends UnauthenticatedError {
  override readonly name: string = 'VisitorTokenInvalidError';
}

/** 403: the key is real but may not do this. */
export class ForbiddenError extends TransactionalSupportError {
  override readonly name: string = 'ForbiddenError';
}

/** 403 `secret_key_in_browser`: every visitor can read the key there. Revoke it. */
export class SecretKeyInBrowserError extends ForbiddenError {
  override readonly name: string = 'SecretKeyInBrowserError';
}

/** 403 `forbidden_origin`: a signed-in browser was sent here by a page that is not the dashboard. */
export class ForbiddenOriginError extends ForbiddenError {
  override readonly name: string = 'ForbiddenOriginError';
}

/** 404: unknown, of another workspace, or erased. */
export class NotFoundError extends TransactionalSupportError {
  override readonly name: string = 'NotFoundError';
}

/** 404 `unknown_route`: the server is older than this client, or the url leads elsewhere. */
export class UnknownRouteError extends NotFoundError {
  override readonly name: string = 'UnknownRouteError';
}

/** 405. */
export class MethodNotAllowedError extends TransactionalSupportError {
  override readonly name: string = 'MethodNotAllowedError';
}

/** 409: the state of things does not allow it. */
export class ConflictError extends TransactionalSupportError {
  override readonly name: string = 'ConflictError';
}

/** 409 `already_merged`: both are one person already. */
export class AlreadyMergedError extends ConflictError {
  override readonly name: string = 'AlreadyMergedError';
}

/** 409 `already_undone`: the merge was undone before. */
export class AlreadyUndoneError extends ConflictError {
  override readonly name: string = 'AlreadyUndoneError';
}

/** 409 `merge_erased`: one side of the merge was erased since. */
export class MergeErasedError extends ConflictError {
  override readonly name: string = 'MergeErasedError';
}

/** 409 `legal_hold`: the visitor may not be deleted or anonymized. */
export class LegalHoldError extends ConflictError {
  override readonly name: string = 'LegalHoldError';
}

/** 409 `idempotency_in_progress`: the first request with this key is still running. */
export class IdempotencyInProgressError extends ConflictError {
  override readonly name: string = 'IdempotencyInProgressError';
}

/** 409 `identified_conflict`: two identified people, and nobody said to merge them all the same. */
export class IdentifiedConflictError extends ConflictError {
  override readonly name: string = 'IdentifiedConflictError';
}

/** 409 `key_revoked`. */
export class KeyRevokedError extends ConflictError {
  override readonly name: string = 'KeyRevokedError';
}

/** 409 `no_identity_secret`: identities cannot be verified before there is a secret; make one first. */
export class NoIdentitySecretError extends ConflictError {
  override readonly name: string = 'NoIdentitySecretError';
}

/** 409 `stale_plan`: the people changed since the dry run; `facts.plan` is how it stands now. */
export class StalePlanError extends ConflictError {
  override readonly name: string = 'StalePlanError';
}

/** 412: somebody edited in between. */
export class PreconditionFailedError extends TransactionalSupportError {
  override readonly name: string = 'PreconditionFailedError';
}

/** 413: the body, or one item, is over its limit. */
export class TooLargeError extends TransactionalSupportError {
  override readonly name: string = 'TooLargeError';
}

/** 413 `too_many_items` in one batch. */
export class TooManyItemsError extends TooLargeError {
  override readonly name: string = 'TooManyItemsError';
}

/** 415. */
export class UnsupportedEncodingError extends TransactionalSupportError {
  override readonly name: string = 'UnsupportedEncodingError';
}

/** 422: the input has a wrong shape or value; `faults` say where. */
export class InvalidError extends TransactionalSupportError {
  override readonly name: string = 'InvalidError';
}

/** 422: an item or an edit breaks a rule that `code` names, e.g. `illegal_id` or `value_too_long`. */
export class RejectedError extends InvalidError {
  override readonly name: string = 'RejectedError';
}

/** 422 `anonymous_id_too_weak`: it could be guessed, so no visitor token is made for it. */
export class AnonymousIdTooWeakError extends InvalidError {
  override readonly name: string = 'AnonymousIdTooWeakError';
}

/** 422 `idempotency_key_reused`: the key was sent with another request. */
export class IdempotencyKeyReusedError extends InvalidError {
  override readonly name: string = 'IdempotencyKeyReusedError';
}

/** 422 `self_merge`. */
export class SelfMergeError extends InvalidError {
  override readonly name: string = 'SelfMergeError';
}

/** 429: come back after `retryAfter` seconds. */
export class TooManyRequestsError extends TransactionalSupportError {
  override readonly name: string = 'TooManyRequestsError';
}

/** 429 `rate_limited`: this key or address sent too much. */
export class RateLimitedError extends TooManyRequestsError {
  override readonly name: string = 'RateLimitedError';
}

/** 429 `overloaded`: the server has as much waiting as it takes. */
export class OverloadedError extends TooManyRequestsError {
  override readonly name: string = 'OverloadedError';
}

/** 5xx: not the caller's fault. */
export class ServerError extends TransactionalSupportError {
  override readonly name: string = 'ServerError';
}

/** 500 `internal`. */
export class InternalError extends ServerError {
  override readonly name: string = 'InternalError';
}

/** 503 `unavailable`: a passing fault. */
export class UnavailableError extends ServerError {
  override readonly name: string = 'UnavailableError';
}
