/** What can be watched. */
import type { ActivityPayload } from '../src/contract/live.ts';
import { readId } from '../src/normalise/outside.ts';
import { watchActivity } from '../src/services/visitor-activity.ts';
import { builder } from './builder.ts';
import { activity } from './event.ts';

const payload = builder.objectRef<ActivityPayload>('VisitorActivityPayload').implement({
  description: 'A snapshot of what a visitor did last, or what they did since the payload before.',
  fields: (t) => ({
    sequence: t.exposeInt('sequence', { description: 'Counts the payloads of this subscription, from 1.' }),
    snapshot: t.exposeBoolean('snapshot', {
      description: 'True: forget what came before, these are the newest activities, newest first. False: they are new.',
    }),
    visitorId: t.exposeID('visitorId', { description: 'Who answers now: it changes when the visitor is merged.' }),
    activities: t.expose('activities', {
      type: [activity],
      description: 'A snapshot: newest first. Otherwise in the order of their commits.',
    }),
  }),
});

builder.subscriptionField('visitorActivity', (t) =>
  t.field({
    type: payload,
    description: 'What a visitor does, as it is stored; it follows the visitor through merges. Needs events:read.',
    args: { visitorId: t.arg.id({ required: true, description: '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.' }) },
    subscribe: async (_root, { visitorId }, ctx) => ctx.whileAllowed(await watchActivity(ctx, readId(visitorId))),
    resolve: (each) => each,
  }),
);
