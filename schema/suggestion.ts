/** Visitors who may be one person: a list to decide on. */
import type { Suggestion } from '../src/contract/suggestion.ts';
import { readId } from '../src/normalise/outside.ts';
import { dismissSuggestion, listSuggestions } from '../src/services/suggestion.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionOf, listedPage, pageArgs } from './connection.ts';
import { readArguments, sliceQuery } from './input.ts';
import { visitor } from './visitor.ts';

const suggestionReason = builder.enumType('SuggestionReason', {
  description: 'Why two visitors are thought to be one.',
  values: {
    identified_conflict: { description: 'An anonymous visitor of one user said to be another.' },
    known_user: { description: 'An alias named a userId that exists.' },
    same_email: { description: 'They have the same email.' },
    unmerged_before: { description: 'They were one, and somebody separated them.' },
  } as const,
});

const suggestion = builder.objectRef<Suggestion>('MergeSuggestion').implement({
  description: 'A merge that is proposed, and why.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the suggestion.' }),
    reason: t.expose('reason', { type: suggestionReason, description: 'Why.' }),
    sourceVisitorId: t.exposeID('sourceVisitorId', { description: 'Who would be merged.' }),
    targetVisitorId: t.exposeID('targetVisitorId', { description: 'Into whom.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    source: t.field({
      type: visitor,
      description: 'Who would be merged.',
      resolve: ({ sourceVisitorId }, _args, ctx) => ctx.loaders.visitor(sourceVisitorId),
    }),
    target: t.field({
      type: visitor,
      description: 'Into whom.',
      resolve: ({ targetVisitorId }, _args, ctx) => ctx.loaders.visitor(targetVisitorId),
    }),
  }),
});

const suggestionConnection = connectionOf<Suggestion>('MergeSuggestion', suggestion, 'suggested merges');

builder.queryField('mergeSuggestions', (t) =>
  t.field({
    type: suggestionConnection,
    description: 'Visitors who may be one person, newest first. Needs visitors:read.',
    args: pageArgs,
    resolve: async (_root, args, ctx) => {
      const asked = sliceQuery(readArguments(connectionArguments, args));
      return listedPage(await listSuggestions(ctx, asked), asked);
    },
  }),
);

builder.mutationField('dismissMergeSuggestion', (t) =>
  t.id({
    description: 'Dismisses a suggestion for good, and answers its id. Needs visitors:write.',
    args: { id: t.arg.id({ required: true, description: '`sug_…`.' }) },
    resolve: async (_root, { id }, ctx) => {
      await dismissSuggestion(ctx, readId(id));
      return id;
    },
  }),
);
