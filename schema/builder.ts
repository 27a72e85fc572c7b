/** The builder that every noun adds itself to: plugins, scalars, the context; defines no type of its own. */
import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import type { Context } from '../src/context.ts';
import type { IngestReply, ItemType, VisitorToken } from '../src/contract/ingest.ts';
import type { Warning } from '../src/contract/item.ts';
import type { Loaders } from '../src/loaders.ts';
import { nodeTypeOf } from './node-type.ts';

/** What became of an item, as the pipeline says it. */
export type ItemVerdict = Omit<IngestReply, 'warnings'> & { readonly warnings?: readonly Warning[] | undefined };

/** The way into the pipeline, with what the request itself says of its sender. */
export interface Ingestion {
  /** One item. @throws {AppError} with the item's own code when it is rejected. */
  one(type: ItemType, item: unknown): Promise<ItemVerdict>;
  /** A batch: rejected items are results among the others. @throws {TooManyItems} */
  batch(items: readonly unknown[], sentAt: unknown): Promise<(ItemVerdict & { readonly index: number })[]>;
  /** A visitor token, counted like an item. @throws {InvalidValue} */
  visitorToken(request: unknown): Promise<VisitorToken>;
}

/** What every resolver is given: a service's context, and what lives as long as the request. */
export interface GraphQLContext extends Context {
  readonly loaders: Loaders;
  readonly ingest: Ingestion;
  /** An address that whoever asks can reach. @param path of the REST facade, behind its prefix. */
  linkTo(path: string): string;
  /** Counts a call of a visitor's against what their key may send. @throws {TooManyRequests} */
  countCall(): Promise<void>;
  /** Ends a subscription when its key does. */
  whileAllowed<Payload>(source: AsyncIterable<Payload>): AsyncIterable<Payload>;
}

/** Pothos' view of this schema: non-null by default. */
export interface SchemaTypes {
  readonly Context: GraphQLContext;
  readonly DefaultFieldNullability: false;
  readonly Scalars: {
    DateTime: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    JSONObject: { Input: Record<string, unknown>; Output: Readonly<Record<string, unknown>> };
    ID: { Input: string; Output: string };
  };
}

/** Adds types and fields to the one schema. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    brandLoadedObjects: true,
    encodeGlobalID: (_type, id) => String(id),
    decodeGlobalID: (id) => ({ typename: nodeTypeOf(id), id }),
    idFieldOptions: { description: 'Prefixed and sortable; the same in REST, GraphQL and the SDK.' },
    nodeTypeOptions: { description: 'Anything that has an id of its own and can be read by it.' },
    nodeQueryOptions: {
      description: 'Reads anything by its id. A visitor that was merged away leads to whom it was merged into.',
      nullable: true,
      args: {
        id: {
          description: '`vis_…`, `ses_…`, `evt_…`, `pgv_…`, `mrg_…`, `com_…`, `cnv_…`, `msg_…`, `not_…` or `key_…`.',
        },
      },
    },
    nodesQueryOptions: false,
    pageInfoTypeOptions: { description: 'Where a stretch of a list lies.' },
    hasNextPageFieldOptions: { description: 'There is more behind `endCursor`.' },
    hasPreviousPageFieldOptions: { description: 'It was asked for behind a cursor.' },
    startCursorFieldOptions: { description: 'Of the first item; null when there is none.' },
    endCursorFieldOptions: { description: 'Of the last item, for `after`; null when there is none.' },
  },
});

builder.queryType({ description: 'What can be read. Every list is walked by cursor, forward.' });
builder.mutationType({ description: 'What can be changed.' });
builder.subscriptionType({ description: 'What can be watched: first a snapshot, then what happens, in order.' });
