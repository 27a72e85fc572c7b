/** A visit, with its pages. */
import type { Session, SessionPage } from '../src/contract/session.ts';
import { MAX_SESSION_PAGES } from '../src/limits.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connection.ts';

const sessionPage = builder.objectRef<SessionPage>('SessionPage').implement({
  description: 'A page seen during a visit.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'The name it was given, else path and query.' }),
    title: t.exposeString('title', { nullable: true, description: 'Of the document.' }),
    viewedAt: t.expose('viewedAt', { type: 'DateTime', description: 'When it was opened.' }),
    timeOnPage: t.exposeInt('timeOnPage', {
      nullable: true,
      description: 'Seconds until the next page or the end; null while it is open.',
    }),
    href: t.exposeString('href', { description: 'The address as it was sent.' }),
  }),
});

const session = builder.objectRef<Session>('Session');
builder.node(session, {
  description: 'One visit: from the first to the last activity the client counted together.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.session(id),
  fields: (t) => ({
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'The first activity.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The last activity; null while the visit may still go on.',
    }),
    duration: t.exposeInt('duration', { description: 'Seconds; so far, while the visit is open.' }),
    pagesViewed: t.exposeInt('pagesViewed', { description: 'All pages, also those beyond the list.' }),
    pages: t.expose('pages', {
      type: [sessionPage],
      description: 'The first pages, in order.',
      extensions: { maxItems: MAX_SESSION_PAGES },
    }),
    referrer: t.exposeString('referrer', { nullable: true, description: 'Where the visit came from.' }),
    utm: t.expose('utm', {
      type: 'JSONObject',
      nullable: true,
      description: 'utm_* parameters of the first address that has any.',
    }),
    landingPage: t.exposeString('landingPage', { nullable: true, description: 'The first page, as it was sent.' }),
  }),
});

/** Sessions. */
export const sessionConnection = connectionOf<Session>('Session', session, 'visits');
