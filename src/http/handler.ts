/** What the handlers of the REST routes are: one for each row of the table. */
import type { Context } from '../context.ts';
import type { RestInput, RestOperation, restRoutes } from '../contract/rest-routes.ts';
import type { Reply } from './replies.ts';

/** A handler for each route, by its operation id: parsed input in, an answer out. */
export type Handlers = {
  readonly [Name in RestOperation]: (ctx: Context, input: RestInput<(typeof restRoutes)[Name]>) => Promise<Reply>;
};
