/** Lets pages of any site call what widgets call: ingestion, and what is a visitor's own. Which ones may is decided by the key, not by the browser. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const DAY_SECONDS = 86_400;
const READABLE = 'X-Request-Id, Retry-After, RateLimit, RateLimit-Policy';
const SENDABLE =
  'Content-Type, Content-Encoding, X-API-Key, Authorization, Idempotency-Key, X-Visitor-Token, X-Retry-Count';

/** Hook: reflects the origin, also on refusals, so that a page can read why. Never with credentials. */
export function allowAnyOrigin(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { origin } = request.headers;
  if (origin !== undefined) {
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', READABLE);
    reply.header('vary', 'Origin');
  }
  done();
}

/** Handler of OPTIONS. A preflight carries no key, so it is told nothing about one. */
export function answerPreflight(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': SENDABLE,
      'access-control-max-age': String(DAY_SECONDS),
      'cross-origin-resource-policy': 'cross-origin',
    })
    .send();
}
