/** What visitors did: events, page views, sessions, and batches of whatever was collected. */
import type { CallOptions, WriteOptions } from './options.ts';
import type { Rest } from './rest.ts';
import type { BodyOf, QueryOf } from './rest-types.ts';

/** Tracked events; page views too when `type` says so. */
export function eventMethods(rest: Rest) {
  return {
    /** Newest first. */
    list: (visitorId: string, query?: QueryOf<'listEvents'>, options?: CallOptions) =>
      rest.list('listEvents', { path: { id: visitorId }, query }, options),
    /** Stores something somebody did: committed when it answers, once however often it was sent. */
    track: (item: BodyOf<'track'>, options?: WriteOptions) => rest.send('track', item, options),
  };
}

/** Page views. They are read as events of the type `page`. */
export function pageViewMethods(rest: Rest) {
  return {
    /** Stores a page somebody saw. */
    track: (item: BodyOf<'page'>, options?: WriteOptions) => rest.send('page', item, options),
  };
}

/** Visits. */
export function sessionMethods(rest: Rest) {
  return {
    /** Newest first. */
    list: (visitorId: string, query?: QueryOf<'listSessions'>, options?: CallOptions) =>
      rest.list('listSessions', { path: { id: visitorId }, query }, options),
  };
}

/** One item of a batch; `type` says what it is. */
export type BatchItem = BodyOf<'batch'>['items'][number];

/**
 * Sends up to 500 items of any type and answers a result for each, in their order. Each gets a messageId and a time
 * unless it has them, so that repeating the batch stores nothing twice.
 */
export function batchMethod(rest: Rest) {
  return (items: readonly BatchItem[], options?: CallOptions) => rest.send('batch', { items: [...items] }, options);
}
