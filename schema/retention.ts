/** How long the workspace keeps each kind of data. */
import {
  type RETENTION_KINDS,
  type Retention,
  type RetentionCounts,
  type RetentionReply,
  retentionBody,
} from '../src/contract/retention.ts';
import { getRetention, updateRetention } from '../src/services/retention.ts';
import { builder } from './builder.ts';
import { readInput } from './input.ts';

const MEANING: Readonly<Record<(typeof RETENTION_KINDS)[number], string>> = {
  events: 'Tracked events, in days since they happened; null: for ever.',
  pageViews: 'Page views, in days since they happened; null: for ever.',
  sessions: 'Sessions, in days since their last activity; null: for ever.',
  conversations: 'Conversations and their messages, in days since the newest message; null: for ever.',
  visitors: 'Visitors who were not seen and not written with for so many days are deleted; null: never.',
};

const retention = builder.objectRef<Retention>('Retention').implement({
  description: 'How long each kind of data is kept, in days; null is for ever.',
  fields: (t) => ({
    events: t.exposeInt('events', { nullable: true, description: MEANING.events }),
    pageViews: t.exposeInt('pageViews', { nullable: true, description: MEANING.pageViews }),
    sessions: t.exposeInt('sessions', { nullable: true, description: MEANING.sessions }),
    conversations: t.exposeInt('conversations', { nullable: true, description: MEANING.conversations }),
    visitors: t.exposeInt('visitors', { nullable: true, description: MEANING.visitors }),
  }),
});

const counts = builder.objectRef<RetentionCounts>('RetentionCounts').implement({
  description: 'What would go now, people on legal hold left out.',
  fields: (t) => ({
    events: t.exposeInt('events', { description: 'Tracked events.' }),
    pageViews: t.exposeInt('pageViews', { description: 'Page views.' }),
    sessions: t.exposeInt('sessions', { description: 'Sessions.' }),
    conversations: t.exposeInt('conversations', { description: 'Conversations, with their messages.' }),
    visitors: t.exposeInt('visitors', { description: 'Visitors, with everything that is theirs.' }),
  }),
});

const payload = builder.objectRef<RetentionReply>('UpdateRetentionPayload').implement({
  description: 'How long each kind of data is kept from now on, or would be.',
  fields: (t) => ({
    retention: t.field({ type: retention, description: 'Days by kind.', resolve: (reply) => reply }),
    wouldDelete: t.expose('wouldDelete', {
      type: counts,
      nullable: true,
      description: 'Of a dry run: what would go now. Otherwise null.',
    }),
  }),
});

const input = builder.inputType('UpdateRetentionInput', {
  description: 'What to change; what is not named stays, null keeps for ever.',
  fields: (t) => ({
    events: t.int({ description: MEANING.events }),
    pageViews: t.int({ description: MEANING.pageViews }),
    sessions: t.int({ description: MEANING.sessions }),
    conversations: t.int({ description: MEANING.conversations }),
    visitors: t.int({ description: MEANING.visitors }),
    dryRun: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Changes nothing, and answers what would go now.',
    }),
  }),
});

builder.queryField('retention', (t) =>
  t.field({
    type: retention,
    description: 'How long each kind of data is kept. Needs admin.',
    resolve: (_root, _args, ctx) => getRetention(ctx),
  }),
);

builder.mutationField('updateRetention', (t) =>
  t.field({
    type: payload,
    description: 'Changes how long data is kept; what is older goes in the night. Needs admin.',
    args: { input: t.arg({ type: input, required: true, description: 'What to change.' }) },
    resolve: (_root, args, ctx) => updateRetention(ctx, readInput(retentionBody, args.input)),
  }),
);
