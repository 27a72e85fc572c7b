/** Opens the REST routes of the table: key, scope and input are seen to here, once for all handlers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, type Context, requireScope, requireScopeOrVisitor } from '../context.ts';
import { type RestOperation, restRoutes } from '../contract/rest-routes.ts';
import type { RestRoute } from '../contract/route.ts';
import { admit, changesThings } from './admission.ts';
import { keyInHeaders } from './auth.ts';
import { readBodies } from './body-parser.ts';
import { allowAnyOrigin, answerPreflight } from './cors.ts';
import { contextOf, type Doors } from './doors.ts';
import { sendFile } from './file-reply.ts';
import { handlers } from './handlers.ts';
import { once } from './idempotency.ts';
import { type ParsedInput, parseInput } from './input.ts';
import type { Limiter } from './limiter.ts';
import { PREFIX, type Reply, send, warning } from './replies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on REST routes only. */
    caller: Caller | null;
  }
}

/** Adds the REST routes of the table. */
export async function restDoors(app: FastifyInstance, doors: Doors, limiter: Limiter): Promise<void> {
  app.decorateRequest('caller', null);
  readBodies(app);
  for (const name of Object.keys(restRoutes) as RestOperation[]) {
    const route: RestRoute = restRoutes[name];
    // The table ties each handler to its own input; a loop over all of them cannot say so.
    const handle = handlers[name] as (ctx: Context, input: ParsedInput) => Promise<Reply>;
    const letIn = async (request: FastifyRequest, reply: FastifyReply) => {
      const brought = { key: keyInHeaders(request.headers), changes: changesThings(route.method) };
      request.caller = (await admit(doors, request, brought)).caller;
      requireRight(route, request.caller);
      await limiter.take(request.caller, 1, reply);
    };
    app.route({
      method: route.method,
      url: urlOf(route),
      // To tell how long a file is it would have to be made.
      exposeHeadRoute: !route.answer.files,
      // Before the body is read: a stranger's body is not worth parsing.
      onRequest: route.visitor ? [allowAnyOrigin, letIn] : letIn,
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const ctx = contextOf(doors, request.caller as Caller);
        if (route.tokenInBody && !hasToken(request.body)) requireScopeOrVisitor(ctx.caller, route.scope);
        const input = parseInput(route, request);
        const run = async () => warning(await handle(ctx, input), input.warnings);
        const { file, ...answer } = await once(ctx, { route, request, input }, run);
        return file ? sendFile(doors.log, request, reply, { file, ...answer }) : send(reply, answer);
      },
    });
  }
  const routes: RestRoute[] = Object.values(restRoutes);
  const pagesAsk = new Set(routes.filter(({ visitor }) => visitor).map(urlOf));
  for (const url of pagesAsk) app.options(url, { onRequest: allowAnyOrigin }, answerPreflight);
}

function urlOf({ path }: RestRoute): string {
  return PREFIX + path.replace(/{(\w+)}/g, ':$1');
}

/** @throws {Forbidden} */
function requireRight({ scope, visitor, tokenInBody }: RestRoute, caller: Caller): void {
  // Whom a token in the body stands for, the service finds out.
  if (tokenInBody && caller.kind === 'publishable') return;
  const require = visitor ? requireScopeOrVisitor : requireScope;
  require(caller, scope);
}

function hasToken(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'token' in body;
}
