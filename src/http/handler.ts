/** What a handler of the REST routes is: parsed input in, a service's answer out. */
import type { Context } from '../context.ts';
import type { RestInput, RestOperation, restRoutes } from '../contract/rest-routes.ts';
import type { Reply } from './replies.ts';

/** One for each of some routes, by operation id. */
export type Handlers<Names extends RestOperation> = {
  readonly [Name in Names]: (ctx: Context, input: RestInput<(typeof restRoutes)[Name]>) => Promise<Reply>;
};
