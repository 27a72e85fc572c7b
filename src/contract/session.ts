/** A visit as it is answered. */
import { z } from 'zod';
import { MAX_SESSION_PAGES } from '../limits.ts';
import { time, wireId } from './text.ts';

/** A page seen during a visit. */
export const sessionPage = z
  .object({
    url: z.string().describe('The name the page was given, else path and query.'),
    title: z.string().nullable(),
    viewedAt: time,
    timeOnPage: z.int().min(0).nullable().describe('Seconds until the next page or the end; null while it is open.'),
    href: z.string().describe('The address as it was sent.'),
  })
  .meta({ id: 'SessionPage' });
export type SessionPage = z.output<typeof sessionPage>;

/** One visit: from the first to the last activity the client counted together. */
export const session = z
  .object({
    id: wireId('session'),
    startedAt: time,
    endedAt: time.nullable().describe('Null while the visit may still go on.'),
    duration: z.int().min(0).describe('Seconds; so far, while the visit is open.'),
    pagesViewed: z.int().min(0).describe('All pages, also those beyond the list.'),
    pages: z.array(sessionPage).max(MAX_SESSION_PAGES).describe('The first pages, in order.'),
    referrer: z
      .string()
      .nullable()
      .describe('The first address outside the site that the visit was said to come from.'),
    utm: z.record(z.string(), z.string()).nullable().describe('utm_* parameters of the first address that has any.'),
    landingPage: z.string().nullable().describe('The first page, as it was sent.'),
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof session>;
