/** Opens the REST routes of the table: key, scope and input are seen to here, once for all handlers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, type Context, requireScope } from '../context.ts';
import { type RestOperation, restRoutes } from '../contract/rest-routes.ts';
import type { RestRoute } from '../contract/route.ts';
import { admit, changesThings } from './admission.ts';
import { keyInHeaders } from './auth.ts';
import { readBodies } from './body-parser.ts';
import { contextOf, type Doors } from './doors.ts';
import { sendFile } from './file-reply.ts';
import { handlers } from './handlers.ts';
import { once } from './idempotency.ts';
import { type ParsedInput, parseInput } from './input.ts';
import { PREFIX, type Reply, send, warning } from './replies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on REST routes only. */
    caller: Caller | null;
  }
}

/** Adds the REST routes of the table. */
export async function restDoors(app: FastifyInstance, doors: Doors): Promise<void> {
  app.decorateRequest('caller', null);
  readBodies(app);
  for (const name of Object.keys(restRoutes) as RestOperation[]) {
    const route: RestRoute = restRoutes[name];
    // The table ties each handler to its own input; a loop over all of them cannot say so.
    const handle = handlers[name] as (ctx: Context, input: ParsedInput) => Promise<Reply>;
    app.route({
      method: route.method,
      url: PREFIX + route.path.replace(/{(\w+)}/g, ':$1'),
      // To tell how long a file is it would have to be made.
      exposeHeadRoute: !route.answer.files,
      // Before the body is read: a stranger's body is not worth parsing.
      onRequest: async (request: FastifyRequest) => {
        const brought = { key: keyInHeaders(request.headers), changes: changesThings(route.method) };
        request.caller = (await admit(doors, request, brought)).caller;
        requireScope(request.caller, route.scope);
      },
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const ctx = contextOf(doors, request.caller as Caller);
        const input = parseInput(route, request);
        const run = async () => warning(await handle(ctx, input), input.warnings);
        const { file, ...answer } = await once(ctx, { route, request, input }, run);
        return file ? sendFile(doors.log, request, reply, { file, ...answer }) : send(reply, answer);
      },
    });
  }
}
