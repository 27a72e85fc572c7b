/** Anonymizing a visitor. */
import { type AnonymizeReply, anonymizeBody, type Replaced } from '../src/contract/anonymize.ts';
import { readId } from '../src/normalise/outside.ts';
import { anonymizeVisitor } from '../src/services/anonymize.ts';
import { builder } from './builder.ts';
import { readArguments } from './input.ts';
import { visitor } from './visitor.ts';

const replaced = builder.objectRef<Replaced>('Replaced').implement({
  description: 'How much was taken away or replaced, by kind of thing.',
  fields: (t) => ({
    identifiers: t.exposeInt('identifiers', { description: 'userIds and anonymousIds that were taken away.' }),
    values: t.exposeInt('values', { description: 'Values of fields and attributes that went or were reduced.' }),
    edits: t.exposeInt('edits', { description: 'Edits by hand whose record was deleted.' }),
    events: t.exposeInt('events', { description: 'Events that lost properties, or had a name replaced.' }),
    pageViews: t.exposeInt('pageViews', { description: 'Page views of which more than the path was known.' }),
    sessions: t.exposeInt('sessions', { description: 'Sessions that lost what told of the person.' }),
    conversations: t.exposeInt('conversations', { description: 'Subjects in which something was replaced.' }),
    messages: t.exposeInt('messages', { description: 'Messages in which something was replaced.' }),
    notes: t.exposeInt('notes', { description: 'Notes in which something was replaced.' }),
    tags: t.exposeInt('tags', { description: 'Tags in which something was replaced.' }),
  }),
});

const payload = builder.objectRef<AnonymizeReply>('AnonymizeVisitorPayload').implement({
  description: 'A visitor who was anonymized, or with dryRun as they would be.',
  fields: (t) => ({
    visitor: t.expose('visitor', { type: visitor, description: 'The visitor afterwards.' }),
    replaced: t.expose('replaced', { type: replaced, description: 'What was taken away or replaced.' }),
  }),
});

builder.mutationFields((t) => ({
  anonymizeVisitor: t.field({
    type: payload,
    description: 'Takes away who a visitor is, and keeps what was done and said. Needs privacy:write.',
    args: {
      id: t.arg.id({ required: true, description: '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.' }),
      dryRun: t.arg.boolean({ description: 'Answers what would be replaced, and changes nothing.' }),
    },
    resolve: (_root, { id, ...body }, ctx) => anonymizeVisitor(ctx, readId(id), readArguments(anonymizeBody, body)),
  }),
}));
