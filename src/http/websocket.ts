/** GraphQL over WebSocket (graphql-transport-ws), on the address of the other transports. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import type { Context, ServerOptions, SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { AppError, Unauthenticated } from '../errors.ts';
import { MAX_GRAPHQL_BYTES, MAX_SUBSCRIPTIONS, SOCKET_INIT_MS, SOCKET_PING_MS } from '../limits.ts';
import { addressOf } from './address.ts';
import { type Admission, admit } from './admission.ts';
import { shallowBody } from './body.ts';
import { type GraphQLDoors, graphQLContext } from './graphql-context.ts';
import { presentError, refusal, requestError, withoutHttp } from './graphql-error.ts';
import { executionArgs, type OperationRequest, prepareOperation } from './graphql-operation.ts';
import { proxyPlace } from './ingestion.ts';
import { clientAddress } from './proxy-trust.ts';

/** What the library keeps of a connection, and what we add once it said who it is. */
interface Connection extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  known?: Admission;
}

type Params = Record<string, unknown>;
type Options = ServerOptions<Params, Connection>;

/** Try again later: the database is away. */
const TRY_LATER = 1013;

/** Takes upgrades of `path`; others are refused. */
export function watchSockets(app: FastifyInstance, doors: GraphQLDoors, path: string): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_GRAPHQL_BYTES, perMessageDeflate: false });
  const served = useServer(behaviour(doors) as ServerOptions<Params, Partial<Connection>>, sockets, SOCKET_PING_MS);
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== path) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connected) => sockets.emit('connection', connected, request));
  });
  app.addHook('preClose', () => served.dispose() as Promise<void>);
}

function behaviour(doors: GraphQLDoors): Options {
  return {
    connectionInitWaitTimeout: SOCKET_INIT_MS,
    onConnect: (connected) => admitConnection(doors, connected),
    onSubscribe: (connected, _id, payload) => take(doors, connected, payload),
    onNext(_connected, _id, _payload, _args, result) {
      return result.errors && { ...result, errors: present(doors, result.errors) };
    },
    onError: (_connected, _id, _payload, errors) => present(doors, errors),
  };
}

/** @returns false to refuse the connection. */
async function admitConnection(
  doors: GraphQLDoors,
  { connectionParams, extra }: Context<Params, Connection>,
): Promise<boolean> {
  const named = connectionParams?.apiKey;
  // A key that is no text is a wrong one, not an absent one.
  const key = named === undefined || typeof named === 'string' ? named : '';
  try {
    const sent = { headers: extra.request.headers, ip: clientAddress(extra.request, doors.trustsProxy) };
    extra.known = await admit(doors, sent, {
      key,
      changes: true,
      visitorToken: connectionParams?.visitorToken ?? undefined,
    });
    return true;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.status >= 500) extra.socket.close(TRY_LATER, 'Try again later');
    return false;
  }
}

async function take(
  doors: GraphQLDoors,
  { extra, subscriptions }: Context<Params, Connection>,
  payload: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { known } = extra;
  if (!known) return [refusal('unauthenticated', 'Say who you are first.')];
  if (Object.keys(subscriptions).length > MAX_SUBSCRIPTIONS) {
    const message = `A connection may have at most ${MAX_SUBSCRIPTIONS} subscriptions.`;
    return present(doors, [refusal('too_many_subscriptions', message, { limit: MAX_SUBSCRIPTIONS })]);
  }
  try {
    const request = shallowBody(payload) as OperationRequest;
    const operation = prepareOperation(request);
    if ('errors' in operation) return present(doors, operation.errors);
    if (!(await known.stillAllowed()))
      throw new Unauthenticated('The key or the session of this connection has ended.');
    return executionArgs(operation, request, contextFor(doors, extra, known));
  } catch (thrown) {
    if (thrown instanceof AppError) return [withoutHttp(requestError(thrown, doors.nextId()))];
    throw thrown;
  }
}

function contextFor(doors: GraphQLDoors, { request }: Connection, { caller, stillAllowed }: Admission) {
  const submission = { proxyPlace: proxyPlace(doors, { caller }, request) };
  const protocol = 'encrypted' in request.socket ? 'https' : 'http';
  const address = addressOf(doors, { protocol, headers: request.headers });
  return graphQLContext(doors, { caller, submission, address, stillAllowed });
}

/** Errors as they go out, without what only HTTP has to know. */
function present(doors: GraphQLDoors, errors: readonly GraphQLError[]): GraphQLError[] {
  const requestId = doors.nextId();
  return errors.map((error) => withoutHttp(presentError(error, requestId, doors.log)));
}
