/** Errors as problem+json. What is meant for the caller is told; anything else is masked, and logged by request id. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ITEM_CODES } from '../contract/item-code.ts';
import { PROBLEMS, type Problem } from '../contract/problem.ts';
import { AppError, MethodNotAllowed, Unauthenticated, Unavailable, UnknownRoute } from '../errors.ts';
import type { Log } from '../log.ts';
import { BodyTooLarge } from './body.ts';

/** A problem as it is sent. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/** What is said instead of an error that nobody meant to be seen. */
export const MASKED = 'Something went wrong on our side. The request id names it in our log.';
/** Prisma's and the system's codes for a database that is not there, as against a statement that is wrong. */
const UNREACHABLE = /^(P1001|P1002|P1008|P1017|P2024|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0[1-3]|08\d{3})$/;
/** The HTTP framework's code for it. */
const BODY_TOO_LARGE = 'FST_ERR_CTP_BODY_TOO_LARGE';

/** Sends whatever was thrown. Given to the framework as its error handler. */
export function sendProblem(log: Log) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = intended(thrown);
    if (!error) log.error({ requestId: request.id, err: thrown }, 'unexpected error');
    const answer = toProblem(error, request.id, request.url);
    return (
      letFinish(reply)
        .code(answer.status)
        // Set again for faults that come before any hook.
        .header('x-request-id', request.id)
        .header('cache-control', 'no-store')
        .headers(answer.headers)
        .type('application/problem+json')
        .serializer(String)
        .send(JSON.stringify(answer.body))
    );
  };
}

/**
 * Keeps the connection of a refused request, so that a body too long is read to its end and thrown away. The framework
 * would close it under a sender who is still writing, and who then never reads why.
 */
export function letFinish(reply: FastifyReply): FastifyReply {
  return reply.removeHeader('connection');
}

/** @param error null: unexpected, and masked. */
export function toProblem(error: AppError | null, requestId: string, url: string): ProblemAnswer {
  const code = error?.code ?? 'internal';
  const status = error?.status ?? 500;
  const body = {
    ...error?.facts,
    type: `/problems/${code}`,
    title: titleOf(code) ?? 'The input was refused',
    status,
    detail: error?.message ?? MASKED,
    instance: url.split('?', 1)[0] ?? url,
    code,
    requestId,
    errors: error?.faults.map(({ pointer, detail }) => ({ pointer, detail })) ?? [],
  };
  return { status, headers: headersOf(error), body };
}

/** What a code means, in a few words; null when there is no such code. */
export function titleOf(code: string): string | null {
  if (Object.hasOwn(PROBLEMS, code)) return PROBLEMS[code as keyof typeof PROBLEMS].title;
  if (Object.hasOwn(ITEM_CODES, code)) return ITEM_CODES[code as keyof typeof ITEM_CODES];
  return null;
}

/** The error as one of ours, or null when nobody meant it to be seen. */
export function intended(thrown: unknown): AppError | null {
  if (thrown instanceof AppError) return thrown;
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || typeof thrown.code !== 'string')
    return null;
  if (thrown.code === BODY_TOO_LARGE) return new BodyTooLarge();
  if (UNREACHABLE.test(thrown.code)) return new Unavailable('The database cannot be reached right now.');
  return thrown.code.startsWith('FST_ERR_') ? ofFramework(statusOf(thrown)) : null;
}

/** What the framework refuses by itself; its own faults are ours. */
function ofFramework(status: number | undefined): AppError | null {
  if (status === undefined || status < 400 || status >= 500) return null;
  // An address too long for any route is one that leads nowhere.
  if (status === 404 || status === 414) return new UnknownRoute('There is no such address here.');
  return new BadRequest(status);
}

/** The request breaks HTTP itself: a length that does not match, an address that cannot be decoded. */
export class BadRequest extends AppError {
  readonly code = 'bad_request';
  constructor(readonly status: number) {
    super('The request could not be read: its length, its type or its address is malformed.');
  }
}

function statusOf(thrown: object): number | undefined {
  return 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}

function headersOf(error: AppError | null): Record<string, string> {
  const headers: Record<string, string> = { ...error?.headers };
  if (error?.retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfter));
  if (error instanceof MethodNotAllowed) headers.allow = error.allow.join(', ');
  if (error instanceof Unauthenticated) headers['www-authenticate'] = 'Bearer';
  return headers;
}
