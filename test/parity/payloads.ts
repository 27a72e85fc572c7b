/** What GraphQL answers to each route, in the types made from the operations that ask. */
import type {
  EventFieldsFragment,
  MUTATIONS,
  PageFieldsFragment,
  PageViewFieldsFragment,
  QUERIES,
  TypedDocument,
  VisitorFieldsFragment,
} from '../../sdk/generated/graphql.ts';
import type { IngestOperation } from '../../src/contract/ingest-routes.ts';
import type { RestOperation } from '../../src/contract/rest-routes.ts';
import type { DONE_BY, WriteRoute } from './askings.ts';

/** A thing to ask. */
export type Route = RestOperation | IngestOperation;

/** What the one field of the route's operation answers. What is neither written nor named below is a list of a visitor's. */
export type Payload<Name extends Route> = Name extends WriteRoute
  ? Answer<typeof MUTATIONS, (typeof DONE_BY)[Name][0]>
  : Name extends keyof Asked
    ? Answer<typeof QUERIES, Asked[Name]>
    : Name extends 'exportVisitor'
      ? Answer<typeof MUTATIONS, 'exportVisitor'>
      : Name extends 'listEvents'
        ? OfVisitor<Activity>
        : OfVisitor<unknown>;

/** A visitor as every operation asks for one. */
export type Visitor = VisitorFieldsFragment;

/** A connection. */
export interface Nodes<Node> {
  readonly nodes: readonly Node[];
  readonly totalCount: number;
  readonly pageInfo: PageFieldsFragment;
}

/** A list of a visitor's, which its document calls `list`. */
export interface OfVisitor<Node> {
  readonly redirectedFrom: string | null;
  readonly list: Nodes<Node>;
}

/** What happened, as a document tells it that asks for both kinds. */
export type Activity =
  | ({ readonly __typename: 'Event' } & EventFieldsFragment)
  | ({ readonly __typename: 'PageView' } & PageViewFieldsFragment);

/** Which query reads what a route reads. */
interface Asked {
  readonly listVisitors: 'visitors';
  readonly getVisitor: 'visitor';
  readonly listSuggestions: 'mergeSuggestions';
  readonly listAttributeKeys: 'attributeKeys';
  readonly listEventNames: 'eventNames';
  readonly listIngestionIssues: 'ingestionIssues';
  readonly listKeys: 'keys';
  readonly listConversations: 'conversations';
  readonly getConversation: 'conversation';
  readonly getSettings: 'settings';
}

/** `{ visitor: … }` of the operation `visitor`. */
type Answer<Operations, Name> = Name extends keyof Operations
  ? Operations[Name] extends TypedDocument<infer Data, infer _Variables>
    ? Name extends keyof Data
      ? NonNullable<Data[Name]>
      : never
    : never
  : never;
