/**
 * The GraphQL door over HTTP. Yoga speaks the protocol – GET, POST, event streams, content negotiation, GraphiQL; what is
 * carried out, and for whom, is decided here.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { Forbidden, NotJson, Unauthenticated } from '../errors.ts';
import { MAX_GRAPHQL_BYTES } from '../limits.ts';
import { addressOf } from './address.ts';
import { type Admission, admit, changesThings } from './admission.ts';
import { keyInHeaders } from './auth.ts';
import { inflated, parseJson, shallowBody } from './body.ts';
import { allowAnyOrigin, answerPreflight } from './cors.ts';
import { PAGE_HEADERS, renderGraphiQL } from './graphiql.ts';
import { type GraphQLDoors, graphQLContext } from './graphql-context.ts';
import { presentError, refusal, requestError } from './graphql-error.ts';
import { type Operation, type OperationRequest, prepareOperation, runOperation } from './graphql-operation.ts';
import { Streams } from './graphql-stream.ts';
import { proxyPlace } from './ingestion.ts';
import { intended, letFinish } from './problem.ts';
import { sessionToken } from './session-cookie.ts';
import { watchSockets } from './websocket.ts';

/** Where GraphQL is asked. */
export const GRAPHQL_PATH = '/graphql';

/** Yoga's context: the request and its answer as the framework knows them. */
interface Exchange {
  readonly sent: FastifyRequest;
  readonly reply: FastifyReply;
}

type Result = ExecutionResult | AsyncIterable<ExecutionResult>;

declare module 'fastify' {
  interface FastifyRequest {
    /** On GraphQL's address: who calls; null without a key, which in development may look at the schema. */
    graphqlAdmission: Admission | null;
  }
}

/** Adds /graphql. */
export async function graphqlDoor(app: FastifyInstance, doors: GraphQLDoors): Promise<void> {
  const streams = new Streams();
  app.addHook('preClose', () => streams.end());
  const yoga = createYoga<Exchange>({
    graphqlEndpoint: GRAPHQL_PATH,
    graphiql: doors.isDevelopment && { title: 'Visitors & Users', headers: '{"X-API-Key": ""}' },
    renderGraphiQL,
    plugins: [ours(doors, streams)],
    landingPage: false,
    multipart: false,
    batching: false,
    cors: false,
    logging: false,
    maskedErrors: false,
    parserAndValidationCache: false,
  });
  app.decorateRequest('graphqlAdmission', null);
  readJsonOnly(app);
  app.setErrorHandler((thrown, request, reply) => sendRequestError(doors, thrown, request, reply));
  app.addHook('onRequest', allowAnyOrigin);
  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    bodyLimit: MAX_GRAPHQL_BYTES,
    onRequest: (request) => admitRequest(doors, request),
    handler: async (sent, reply) =>
      send(reply, await yoga.handleNodeRequestAndResponse(sent, reply.raw, { sent, reply })),
  });
  app.options(GRAPHQL_PATH, answerPreflight);
  watchSockets(app, doors, GRAPHQL_PATH);
}

/** Before the body is read: a stranger's document is not worth parsing. */
async function admitRequest(doors: GraphQLDoors, request: FastifyRequest): Promise<void> {
  const key = keyInHeaders(request.headers);
  const isStranger = key === undefined && sessionToken(doors, request.headers) === undefined;
  const isForPage = request.method === 'GET' && wantsPage(request);
  if (doors.isDevelopment && key === undefined && isForPage) return;
  if (!doors.isDevelopment || !isStranger) {
    request.graphqlAdmission = await admit(doors, request, { key, changes: changesThings(request.method) });
  } else if (request.method === 'GET') {
    // A page of any site can make a browser send a plain GET; it cannot add a header without asking first.
    throw new Forbidden('Send a key in the X-API-Key header.');
  }
}

function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

/** Forms and plain text are what pages of other sites can send without asking first. */
function readJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: MAX_GRAPHQL_BYTES } as const;
  app.addContentTypeParser('application/json', options, (request: FastifyRequest, bytes: Buffer, done) => {
    readBody(request.headers['content-encoding'], bytes).then((body) => done(null, body), done);
  });
}

async function readBody(encoding: string | undefined, bytes: Buffer): Promise<unknown> {
  const body = shallowBody(parseJson(encoding ? await inflated(encoding, bytes) : bytes));
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new NotJson('A GraphQL request is a JSON object with a query.');
}

/** What Yoga is told: how an operation is carried out, and how errors look. */
function ours(doors: GraphQLDoors, streams: Streams): Plugin<object, Exchange> {
  return {
    onParams: ({ setParamsHandler }) =>
      setParamsHandler(({ params, context }) => answer(doors, params, context as unknown as Exchange) as never),
    onResultProcess({ result, setResult, serverContext }) {
      const { id } = (serverContext as Exchange).sent;
      const present = (each: ExecutionResult) => presented(doors, each, id);
      const answered = result as Result;
      setResult((Symbol.asyncIterator in answered ? streams.open(answered, present) : present(answered)) as never);
    },
  };
}

async function answer(doors: GraphQLDoors, params: GraphQLParams, exchange: Exchange): Promise<Result> {
  const { sent } = exchange;
  const request = params as OperationRequest;
  const operation = prepareOperation(request);
  if ('errors' in operation) return operation;
  const unfit = unfitFor(sent, operation);
  if (unfit) return { errors: [unfit] };
  if (sent.graphqlAdmission === null && !operation.isIntrospection) {
    return {
      errors: [requestError(new Unauthenticated('Send a key of your workspace in the X-API-Key header.'), sent.id)],
    };
  }
  return runOperation(operation, request, contextFor(doors, exchange));
}

/** What a transport cannot carry. */
function unfitFor({ method, headers }: FastifyRequest, { kind }: Operation): GraphQLError | null {
  if (kind === 'mutation' && method === 'GET') {
    const http = { status: 405, headers: { Allow: 'POST' } };
    return new GraphQLError('A mutation is sent with POST.', { extensions: { code: 'method_not_allowed', http } });
  }
  if (kind === 'subscription' && !headers.accept?.includes('text/event-stream')) {
    return refusal('bad_query', 'Subscribe over WebSocket, or with Accept: text/event-stream.');
  }
  return null;
}

function contextFor(doors: GraphQLDoors, { sent, reply }: Exchange) {
  if (sent.graphqlAdmission === null) return null;
  const { caller, stillAllowed } = sent.graphqlAdmission;
  const idempotencyKey = sent.headers['idempotency-key'] as string | undefined;
  const submission = { idempotencyKey, proxyPlace: proxyPlace(doors, { caller }, sent) };
  return graphQLContext(doors, { caller, submission, address: addressOf(doors, sent), reply, stillAllowed });
}

function presented(doors: GraphQLDoors, result: ExecutionResult, requestId: string): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => presentError(error, requestId, doors.log)) };
}

async function send(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status).header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  response.headers.forEach((value, name) => void reply.header(name, value));
  if (response.headers.get('content-type')?.startsWith('text/html')) reply.headers(PAGE_HEADERS);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isStream && response.body) return reply.send(Readable.from(response.body));
  return reply.send(await response.text());
}

/** What is refused before there is a document: the key, the body, the address. */
function sendRequestError(
  doors: GraphQLDoors,
  thrown: unknown,
  { id }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const meant = intended(thrown);
  const error = meant
    ? requestError(meant, id)
    : presentError(new GraphQLError('', { originalError: thrown as Error }), id, doors.log);
  const { http, ...extensions } = error.extensions as { http?: { status: number; headers?: Record<string, string> } };
  const body = { errors: [{ message: error.message, extensions }] };
  return letFinish(reply)
    .code(http?.status ?? 500)
    .headers(http?.headers ?? {})
    .header('x-request-id', id)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(body));
}
