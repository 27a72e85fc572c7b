/** Teaches a part of the server to read every body as JSON, whatever type it claims to be. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NotJson } from '../errors.ts';
import { MAX_BODY_BYTES } from '../limits.ts';
import { inflated, parseJson, shallowBody } from './body.ts';

const JSON_TYPE = 'application/json';

/** For ingestion: the body as it was parsed; items are cleaned one by one behind this. An empty body is refused. */
export function readBodiesOfAnyType(app: FastifyInstance): void {
  read(app, (bytes) => {
    if (bytes.length === 0) throw new NotJson('The body is empty.');
    return parseJson(bytes);
  });
}

/** For everything else: bounded in depth; an empty body is an absent one. */
export function readBodies(app: FastifyInstance): void {
  read(app, (bytes) => (bytes.length === 0 ? undefined : shallowBody(parseJson(bytes))));
}

function read(app: FastifyInstance, parse: (bytes: Buffer) => unknown): void {
  app.removeAllContentTypeParsers();
  app.addHook('onRequest', claimJson);
  const options = { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES } as const;
  app.addContentTypeParser(JSON_TYPE, options, (request: FastifyRequest, bytes: Buffer, done) => {
    const encoding = request.headers['content-encoding'];
    if (!encoding) return done(null, parse(bytes));
    inflated(encoding, bytes)
      .then(parse)
      .then((body) => done(null, body), done);
  });
}

/** The framework chooses a parser by type and refuses a malformed one, so every body is made to claim the same. */
function claimJson(request: FastifyRequest, _reply: unknown, done: () => void): void {
  // A preflight has no body, and must not be asked for one.
  if (request.method !== 'OPTIONS') request.raw.headers['content-type'] = JSON_TYPE;
  done();
}
