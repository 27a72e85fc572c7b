/** The HTTP server: what every answer has in common, and the doors in their order. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { UnknownRoute } from '../errors.ts';
import { MAX_BODY_BYTES } from '../limits.ts';
import { requestSeconds } from '../metrics.ts';
import { answerBrokenRequests } from './broken-request.ts';
import { dashboardDoor } from './dashboard.ts';
import { dashboardSessionDoor } from './dashboard-session.ts';
import { demoDoor } from './demo.ts';
import { docsPage, documentDoor } from './docs-page.ts';
import type { Doors } from './doors.ts';
import { exportLinkDoor } from './export-link.ts';
import { graphqlDoor } from './graphql.ts';
import { healthDoors } from './health.ts';
import { ingestionDoors } from './ingestion.ts';
import { Limiter } from './limiter.ts';
import { watchMethods } from './methods.ts';
import { sendProblem } from './problem.ts';
import { restDoors } from './rest.ts';
import { segmentDoors } from './segment.ts';
import { endSilentConnections } from './silent-connections.ts';
import { widgetDoor } from './widget.ts';

/** A visitor's id in a path: the longest `user:<userId>`, each character up to nine when percent-encoded. */
const MAX_PARAMETER_LENGTH = 4096;
/** A request that takes longer to arrive is given up: it may never end. */
const REQUEST_TIMEOUT_MS = 30_000;
const REQUEST_ID_BYTES = 6;

/** A server that is ready to listen, or to be asked by `inject`. */
export async function buildServer(doors: Doors): Promise<FastifyInstance> {
  const problem = sendProblem(doors.log);
  const nextId = requestIds();
  const app = Fastify({
    logger: false,
    trustProxy: doors.trustsProxy ?? false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: nextId,
    requestIdHeader: false,
    // While closing, requests that still arrive are answered in full, each as the last of its connection.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: problem,
    clientErrorHandler: answerBrokenRequests(nextId),
  });
  app.setErrorHandler(problem);
  app.setNotFoundHandler(() => {
    throw unknownRoute();
  });
  app.addHook('onRequest', markAnswer);
  app.addHook('onRequest', refuseUnknownEarly);
  app.addHook('onResponse', measure);

  endSilentConnections(app);
  const closeOtherMethods = watchMethods(app);
  await app.register((scope) => healthDoors(scope, doors));
  // One for all, so that the second way in is not a second allowance.
  const limiter = new Limiter();
  await app.register((scope) => ingestionDoors(scope, doors, limiter));
  await app.register((scope) => segmentDoors(scope, doors, limiter));
  await app.register((scope) => restDoors(scope, doors, limiter));
  await app.register((scope) => exportLinkDoor(scope, doors));
  await app.register((scope) => graphqlDoor(scope, { ...doors, limiter, nextId }));
  await app.register((scope) => dashboardSessionDoor(scope, doors));
  await app.register(documentDoor);
  await app.register((scope) => widgetDoor(scope, doors));
  closeOtherMethods();
  // Files, in ways of the page's own; behind the closing, which knows single addresses only.
  await app.register(docsPage);
  await app.register((scope) => dashboardDoor(scope, join(doors.browserFiles, 'dashboard')));
  await app.register((scope) => demoDoor(scope, doors));
  return app;
}

/** Unique for ever and cheap: random per process, counted within it. */
function requestIds(): () => string {
  const process = randomBytes(REQUEST_ID_BYTES).toString('hex');
  let count = 0;
  return () => `req_${process}${(++count).toString(36)}`;
}

/** Before the body is read: nobody here can say what is wrong with it. */
function refuseUnknownEarly(request: FastifyRequest, _reply: FastifyReply, done: (refusal?: Error) => void): void {
  done(request.is404 ? unknownRoute() : undefined);
}

function unknownRoute(): UnknownRoute {
  return new UnknownRoute('There is no such address here.');
}

function markAnswer(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('x-request-id', request.id);
  done();
}

function measure(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const route = request.routeOptions.url ?? 'unknown';
  requestSeconds.observe({ route, method: request.method, status: reply.statusCode }, reply.elapsedTime / 1000);
  done();
}
