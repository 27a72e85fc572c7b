/** What a visitor did: tracked events, page views, and both in one list. */
import type { Event as AnyEvent } from '../src/contract/event.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connection.ts';

/** A page view as services answer it: in the shape of an event. */
type PageViewEvent = Extract<AnyEvent, { readonly name: 'page' }>;

const eventSource = builder.enumType('EventSource', {
  description: 'Where something was sent from.',
  values: {
    browser: { description: 'With a publishable key.' },
    server: { description: 'With a secret key.' },
  } as const,
});

const event = builder.objectRef<AnyEvent>('Event');
builder.node(event, {
  description: 'Something a visitor did, e.g. purchase_completed.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.event(id),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What happened.' }),
    properties: t.expose('properties', { type: 'JSONObject', description: 'Facts of this one event.' }),
    timestamp: t.expose('timestamp', { type: 'DateTime', description: 'When it happened, by our clock.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it reached us.' }),
    sessionId: t.exposeID('sessionId', { nullable: true, description: 'The visit it belongs to.' }),
    source: t.expose('source', { type: eventSource, description: 'Who sent it.' }),
  }),
});

const pageView = builder.objectRef<AnyEvent>('PageView');
builder.node(pageView, {
  description: 'A page a visitor saw.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.event(id),
  fields: (t) => ({
    url: t.string({ description: 'The address as it was sent.', resolve: (each) => factsOf(each).url }),
    page: t.string({ nullable: true, description: 'The name it was given.', resolve: (each) => factsOf(each).page }),
    title: t.string({ nullable: true, description: 'Of the document.', resolve: (each) => factsOf(each).title }),
    referrer: t.string({ nullable: true, description: 'Where from.', resolve: (each) => factsOf(each).referrer }),
    timestamp: t.expose('timestamp', { type: 'DateTime', description: 'When it was seen, by our clock.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it reached us.' }),
    sessionId: t.exposeID('sessionId', { nullable: true, description: 'The visit it belongs to.' }),
    source: t.expose('source', { type: eventSource, description: 'Who sent it.' }),
  }),
});

/** A tracked event or a page view. */
export const activity = builder.unionType('Activity', {
  description: 'Something a visitor did, or a page they saw.',
  types: [event, pageView],
  resolveType: ({ id }) => (id.startsWith('pgv_') ? 'PageView' : 'Event'),
});

/** Tracked events. */
export const eventConnection = connectionOf<AnyEvent>('Event', event, 'tracked events');
/** Page views. */
export const pageViewConnection = connectionOf<AnyEvent>('PageView', pageView, 'page views');
/** Both. */
export const activityConnection = connectionOf<AnyEvent>('Activity', activity, 'events and page views');

/** What is known of a page view besides when it was. */
function factsOf(each: AnyEvent): PageViewEvent['properties'] {
  return each.properties as PageViewEvent['properties'];
}
