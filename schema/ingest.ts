/** Sending: one item a mutation, or a batch. Publishable keys may do this and nothing else. */
import type { VisitorToken } from '../src/contract/ingest.ts';
import type { Warning } from '../src/contract/item.ts';
import { MAX_BATCH_ITEMS } from '../src/limits.ts';
import { builder, type ItemVerdict } from './builder.ts';
import { identifyInput, pageInput, trackInput, visitorTokenInput } from './ingest-input.ts';
import { visitor } from './visitor.ts';

const itemStatus = builder.enumType('ItemStatus', {
  description: 'What became of an item.',
  values: {
    accepted: { description: 'Stored.' },
    duplicate: { description: 'Was stored before.' },
    suppressed: { description: 'Left out on purpose.' },
    rejected: { description: 'Malformed, and not stored. A single item that is rejected is an error instead.' },
  } as const,
});

/** Something that was mended or left out. */
export const warning = builder.objectRef<Warning>('Warning').implement({
  description: 'Something that was mended or left out, not refused.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'What was done.' }),
    pointer: t.exposeString('pointer', { description: 'JSON pointer to where.' }),
  }),
});

const verdict = builder.interfaceRef<ItemVerdict>('Verdict').implement({
  description: 'What became of an item.',
  fields: (t) => ({
    messageId: t.exposeString('messageId', { description: "The item's own, or the one that was made for it." }),
    visitorId: t.exposeID('visitorId', {
      nullable: true,
      description: 'The person it belongs to now; null when it was not stored.',
    }),
    status: t.expose('status', { type: itemStatus, description: 'What became of it.' }),
    code: t.exposeString('code', { nullable: true, description: 'Why it was not stored.' }),
    warnings: t.field({
      type: [warning],
      description: 'What was mended.',
      resolve: ({ warnings = [] }) => warnings,
    }),
  }),
});

const ingestPayload = builder.objectRef<ItemVerdict>('IngestPayload').implement({
  description: 'What became of a single item.',
  interfaces: [verdict],
});

const identifyPayload = builder.objectRef<ItemVerdict>('IdentifyVisitorPayload').implement({
  description: 'What became of an identify, and who it is about.',
  interfaces: [verdict],
  fields: (t) => ({
    visitor: t.field({
      type: visitor,
      nullable: true,
      description: 'The person. Null for publishable keys, which are told ids only. Needs visitors:read.',
      resolve: ({ visitorId }, _args, ctx) => ctx.loaders.stored(visitorId),
    }),
  }),
});

const itemResult = builder.objectRef<ItemVerdict & { readonly index: number }>('ItemResult').implement({
  description: 'What became of one item of a batch.',
  interfaces: [verdict],
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its place in the batch, from 0.' }),
    detail: t.exposeString('detail', { nullable: true, description: 'Why it was not stored, in a sentence.' }),
    pointer: t.exposeString('pointer', { nullable: true, description: 'JSON pointer into the item.' }),
    limit: t.exposeFloat('limit', { nullable: true, description: 'The limit that was passed.' }),
  }),
});

const visitorToken = builder.objectRef<VisitorToken>('VisitorTokenPayload').implement({
  description: 'Sent as `X-Visitor-Token`, or as `visitorToken` when a WebSocket is opened.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'Opaque.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'A day ahead.' }),
  }),
});

builder.mutationFields((t) => ({
  issueVisitorToken: t.field({
    type: visitorToken,
    description: 'Lets a visitor read what is their own: everything of the person when the userId is proven.',
    args: { input: t.arg({ type: visitorTokenInput, required: true, description: 'Whom it is for.' }) },
    resolve: (_root, { input }, ctx) => ctx.ingest.visitorToken(input),
  }),
  identifyVisitor: t.field({
    type: identifyPayload,
    description: 'Says who a visitor is: makes the anonymous visitor the user, or merges it into the user who exists.',
    args: { input: t.arg({ type: identifyInput, required: true, description: 'Who, and what is known of them.' }) },
    resolve: (_root, { input }, ctx) => ctx.ingest.one('identify', input),
  }),
  trackEvent: t.field({
    type: ingestPayload,
    description: 'Tracks an event.',
    args: { input: t.arg({ type: trackInput, required: true, description: 'Who did what.' }) },
    resolve: (_root, { input }, ctx) => ctx.ingest.one('track', input),
  }),
  trackPageView: t.field({
    type: ingestPayload,
    description: 'Tracks a page view.',
    args: { input: t.arg({ type: pageInput, required: true, description: 'Who saw which page.' }) },
    resolve: (_root, { input }, ctx) => ctx.ingest.one('page', input),
  }),
  ingest: t.field({
    type: [itemResult],
    description: `Sends up to ${MAX_BATCH_ITEMS} items of any kind; one bad item harms none of its neighbours.`,
    args: {
      items: t.arg({
        type: ['JSON'],
        required: true,
        description: 'Items as in REST: `{type: identify|update|track|page|session|group|alias, …}`.',
      }),
      sentAt: t.arg({ type: 'DateTime', description: 'Holds for every item that has none of its own.' }),
    },
    resolve: (_root, { items, sentAt }, ctx) => ctx.ingest.batch(items, sentAt ?? undefined),
  }),
}));
