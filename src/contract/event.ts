/** A tracked event or page view as it is answered, and how a list of them is asked for. */
import { z } from 'zod';
import { pageOrCursor, pageParameters } from './page.ts';
import { time, wireId } from './text.ts';

const source = z
  .enum(['browser', 'server'])
  .describe('browser: sent with a publishable key; server: with a secret one.');

/** Something a visitor did. */
export const trackedEvent = z.object({
  id: wireId('event'),
  name: z.string(),
  properties: z.record(z.string(), z.unknown()),
  timestamp: time.describe('When it happened, by our clock.'),
  receivedAt: time,
  sessionId: wireId('session').nullable(),
  source,
});

/** A page a visitor saw, in the shape of an event. */
export const pageViewEvent = trackedEvent.extend({
  id: wireId('pageView'),
  name: z.literal('page'),
  properties: z.object({
    url: z.string(),
    title: z.string().nullable(),
    page: z.string().nullable(),
    referrer: z.string().nullable(),
  }),
});

/** What a visitor's event list holds. */
export const event = z.union([trackedEvent, pageViewEvent]).meta({ id: 'Event' });
export type Event = z.output<typeof event>;

/** The query of a visitor's events. */
export const eventQuery = pageOrCursor(
  z.strictObject({
    type: z.enum(['track', 'page', 'all']).default('track').describe('Tracked events, page views, or both.'),
    ...pageParameters,
  }),
);
export type EventQuery = z.output<typeof eventQuery>;
