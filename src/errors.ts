/**
 * The one tree of errors a caller may see: a code, an HTTP status, and facts. Doors translate it (problem+json,
 * GraphQL `extensions.code`, the SDK's classes); anything else that is thrown is masked and logged.
 */

/** One thing wrong with an input: `pointer` is an RFC 6901 JSON pointer, a query parameter is `/name`. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** Base of every intended error. `message` is written for the caller and holds no stored value. */
export abstract class AppError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  readonly faults: readonly Fault[] = [];
  /** Facts of this one error, added to the answer as they are. */
  readonly facts: Readonly<Record<string, unknown>> = {};
  /** Seconds to wait before trying again. */
  readonly retryAfter: number | undefined = undefined;
  /** Headers of this one error, in small letters. */
  readonly headers: Readonly<Record<string, string>> = {};
}

/** The body is not JSON, or not even text. */
export class NotJson extends AppError {
  readonly code = 'not_json';
  readonly status = 400;
}

/** No key, or one that is unknown, expired or revoked. */
export class Unauthenticated extends AppError {
  readonly code: string = 'unauthenticated';
  readonly status = 401;
}

/** A visitor token that is forged, expired, or of another workspace. */
export class VisitorTokenInvalid extends Unauthenticated {
  override readonly code = 'visitor_token_invalid';
}

/** The key is real but may not do this. */
export class Forbidden extends AppError {
  readonly code: string = 'forbidden';
  readonly status = 403;
}

/** A secret key arrived from a web page, where everybody can read it. */
export class SecretKeyInBrowser extends Forbidden {
  override readonly code = 'secret_key_in_browser';
}

/** What a signed-in browser was made to send by a page that is not the dashboard. */
export class ForbiddenOrigin extends Forbidden {
  override readonly code = 'forbidden_origin';
}

/** Unknown, of another workspace, or erased: the same answer for all three. */
export class NotFound extends AppError {
  readonly code: string = 'not_found';
  readonly status = 404;
}

/** There is no such path. */
export class UnknownRoute extends NotFound {
  override readonly code = 'unknown_route';
}

/** The path exists, but not for this method; `allow` lists those it answers. */
export class MethodNotAllowed extends AppError {
  readonly code = 'method_not_allowed';
  readonly status = 405;
  constructor(readonly allow: readonly string[]) {
    super(`This path answers ${allow.join(', ')}.`);
  }
}

/** The state of things does not allow it. */
export abstract class Conflict extends AppError {
  readonly status = 409;
}

/** Both ids already belong to one person. */
export class AlreadyMerged extends Conflict {
  readonly code = 'already_merged';
}

/** Two identified people: nothing links them without being told to. */
export class IdentifiedConflict extends Conflict {
  readonly code = 'identified_conflict';
}

/** The people changed since the plan was made; `facts.plan` holds the new one. */
export class StalePlan extends Conflict {
  readonly code = 'stale_plan';
  constructor(plan: unknown) {
    super('The people changed since this plan was made. Look at the new plan and send its planHash.');
    this.facts = { plan };
  }
  override readonly facts: Readonly<Record<string, unknown>>;
}

/** This merge was undone before. */
export class AlreadyUndone extends Conflict {
  readonly code = 'already_undone';
}

/** One side of this merge was erased, so there is nobody to give anything back to. */
export class MergeErased extends Conflict {
  readonly code = 'merge_erased';
}

/** The visitor is on legal hold: nothing of theirs may be deleted or anonymized. */
export class OnLegalHold extends Conflict {
  readonly code = 'legal_hold';
}

/** `If-Match` names another state than the present one. */
export class PreconditionFailed extends AppError {
  readonly code = 'precondition_failed';
  readonly status = 412;
}

/** A body, batch or item over its limit. */
export class TooLarge extends AppError {
  readonly code = 'too_large';
  readonly status = 413;
}

/** The shape or a value of the input is wrong; `faults` say where. */
export class Invalid extends AppError {
  readonly code: string = 'invalid';
  readonly status = 422;
  constructor(
    message: string,
    override readonly faults: readonly Fault[] = [],
  ) {
    super(message);
  }
}

/** A value breaks a rule of its own, whose code and limit the caller is told. */
export class InvalidValue extends Invalid {
  override readonly facts: Readonly<Record<string, unknown>>;
  constructor(
    override readonly code: string,
    message: string,
    faults: readonly Fault[],
    limit?: number,
  ) {
    super(message, faults);
    this.facts = limit === undefined ? {} : { limit };
  }
}

/** A visitor cannot be merged into itself. */
export class SelfMerge extends Invalid {
  override readonly code = 'self_merge';
}

/** More is waiting than may wait, or one caller asks too often. */
export class TooManyRequests extends AppError {
  readonly code: string = 'rate_limited';
  readonly status = 429;
  constructor(
    message: string,
    override readonly retryAfter: number,
  ) {
    super(message);
  }
}

/** The ingestion queue is full. */
export class Overloaded extends TooManyRequests {
  override readonly code = 'overloaded';
}

/** A passing fault of ours: the same call may succeed soon. */
export class Unavailable extends AppError {
  readonly code = 'unavailable';
  readonly status = 503;
  override readonly retryAfter = 1;
}

/** What a thrown thing says, for logs. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `Non-error thrown: ${JSON.stringify(thrown)}`;
}

/** Ends a switch over a union: a new case fails to compile. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}
