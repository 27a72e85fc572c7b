/** Errors as GraphQL answers them: the codes, faults and facts of REST, in `extensions`. The rest is masked and logged. */
import { GraphQLError } from 'graphql';
import { PROBLEMS, type ProblemCode } from '../contract/problem.ts';
import type { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { intended, MASKED, toProblem } from './problem.ts';

/** What the HTTP layer is told of an error that stands for the whole request; it never goes out. */
interface HttpFacts {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A fault of the document: with `application/json` the status stays 200, as the specification has it. */
  readonly spec?: true;
}

/**
 * A document that is refused before anything is done.
 *
 * @param isReadable false: the request itself is malformed, so its status says so whatever type is asked for.
 */
export function refusal(
  code: string,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
  isReadable = true,
): GraphQLError {
  const http = { status: 400, ...(isReadable && { spec: true }) };
  return new GraphQLError(message, { extensions: { ...facts, code, http } });
}

/** A fault that a document itself has, in the eyes of the parser or the validation. */
export function faulty(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions } = error;
  const extensions = { code: 'bad_query', http: { status: 400, spec: true } };
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions,
  });
}

/** An error of a service that stands for the whole request. */
export function requestError(error: AppError, requestId: string): GraphQLError {
  const { status, headers } = toProblem(error, requestId, '');
  return describe(error, requestId, { http: { status, headers } });
}

/**
 * An error as it goes out: told, or masked and logged.
 *
 * @param error as the executor, the parser or the HTTP layer made it.
 */
export function presentError(error: GraphQLError, requestId: string, log: Log): GraphQLError {
  const { code, http, ...facts } = error.extensions as { code?: unknown; http?: HttpFacts };
  if (isOurCode(code)) return withId(error, requestId);
  const cause = causeOf(error);
  if (cause === null) {
    const kept = http ? { http } : {};
    const ours = codeOf(http);
    const { status } = PROBLEMS[ours];
    return rewritten(error, error.message, { ...facts, ...kept, code: ours, status, errors: [], requestId });
  }
  const meant = intended(cause);
  if (meant) return describe(meant, requestId, { path: error.path, nodes: error.nodes });
  log.error({ requestId, err: cause, path: error.path?.join('.') }, 'unexpected error');
  const { status } = PROBLEMS.internal;
  return rewritten(error, MASKED, { code: 'internal', status, errors: [], requestId });
}

/** What was thrown, as against what GraphQL itself found wrong. */
function causeOf(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError) {
    if (!cause.originalError) return null;
    cause = cause.originalError;
  }
  return cause;
}

function describe(
  error: AppError,
  requestId: string,
  { http, ...place }: { http?: HttpFacts; path?: GraphQLError['path']; nodes?: GraphQLError['nodes'] },
): GraphQLError {
  const { code, status, facts, faults, retryAfter } = error;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  // The status that REST answers with: the rejected item `forbidden` and the key without rights differ in nothing else.
  const extensions = { ...facts, ...wait, ...(http && { http }), code, status, errors: faults, requestId };
  return new GraphQLError(error.message, { path: place.path ?? null, nodes: place.nodes ?? null, extensions });
}

/** Values that do not fit their types are found by GraphQL where REST finds them by its shapes. */
function codeOf(http: HttpFacts | undefined): ProblemCode {
  if (http === undefined) return 'invalid';
  return http.status === 405 ? 'method_not_allowed' : 'bad_query';
}

function isOurCode(code: unknown): boolean {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}

function withId(error: GraphQLError, requestId: string): GraphQLError {
  if (error.extensions.requestId !== undefined) return error;
  const { status } = PROBLEMS[error.extensions.code as ProblemCode];
  return rewritten(error, error.message, { errors: [], status, ...error.extensions, requestId });
}

function rewritten(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError {
  const { nodes, source, positions, path } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions,
  });
}

/** The same for transports that have no status. */
export function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _http, ...extensions } = error.extensions;
  return rewritten(error, error.message, extensions);
}
