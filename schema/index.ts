/** The finished schema: every noun adds itself to the builder, in this order. */
import './scalars.ts';
import './visitor-query.ts';
import './workspace.ts';
import './suggestion.ts';
import './ingest.ts';
import './visitor-edit.ts';
import './tag.ts';
import './note-edit.ts';
import './merging.ts';
import './anonymize.ts';
import './privacy.ts';
import './conversation-query.ts';
import './conversation-edit.ts';
import './key.ts';
import './settings.ts';
import './export.ts';
import './retention.ts';
import './live.ts';
import { builder } from './builder.ts';

export type { GraphQLContext, Ingestion } from './builder.ts';
/** What can be asked in GraphQL. */
export const schema = builder.toSchema();
