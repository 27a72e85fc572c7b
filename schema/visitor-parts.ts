/** Small values of a visitor's profile. */
import type { Visitor } from '../src/contract/visitor.ts';
import { builder } from './builder.ts';

/** A place. */
export const location = builder.objectRef<Visitor['location']>('Location').implement({
  description: 'A place, as far as it is known.',
  fields: (t) => ({
    city: t.exposeString('city', { nullable: true, description: 'Its name.' }),
    country: t.exposeString('country', { nullable: true, description: 'ISO 3166-1, two letters.' }),
    timezone: t.exposeString('timezone', { nullable: true, description: 'IANA name.' }),
  }),
});

/** A browser or an operating system. */
export const software = builder.objectRef<Visitor['browser']>('Software').implement({
  description: 'A browser or an operating system, as far as it is known.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'Its name.' }),
    version: t.exposeString('version', { nullable: true, description: 'Its version.' }),
  }),
});

/** The visit that is open now. */
export const currentSession = builder.objectRef<NonNullable<Visitor['currentSession']>>('CurrentSession').implement({
  description: 'The visit that is open now.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the session.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'The first activity.' }),
    duration: t.exposeInt('duration', { description: 'Seconds so far.' }),
  }),
});
