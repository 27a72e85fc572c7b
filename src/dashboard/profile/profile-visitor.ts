/** The visitor as a profile gets it, in one answer. */
import type { VisitorQuery } from '../../../sdk/index.ts';

/** What `query.visitor` answers when there is one. */
export type ProfileVisitor = NonNullable<VisitorQuery['visitor']>;
