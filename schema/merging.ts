/** Merging two visitors by hand, and taking a merge back. */
import type { Warning } from '../src/contract/item.ts';
import {
  type Merge,
  type MergeChoice,
  type MergeReply,
  mergeBody,
  type UndoConflict,
  type UndoReply,
} from '../src/contract/merge.ts';
import { readId } from '../src/normalise/outside.ts';
import { mergeVisitors } from '../src/services/merge.ts';
import { undoMerge } from '../src/services/unmerge.ts';
import { builder } from './builder.ts';
import { warning } from './ingest.ts';
import { readArguments } from './input.ts';
import { by, merge } from './merge.ts';
import { visitor } from './visitor.ts';
import { visitorEditInput } from './visitor-edit.ts';

const choice = builder.objectRef<MergeChoice>('MergeChoice').implement({
  description: 'A field both had, and which value the merge takes.',
  fields: (t) => ({
    field: t.exposeString('field', { description: '`name`, `attributes.plan` …' }),
    source: t.expose('source', { type: 'JSON', nullable: true, description: "The source's value." }),
    target: t.expose('target', { type: 'JSON', nullable: true, description: "The target's value." }),
    chosen: t.expose('chosen', { type: 'JSON', nullable: true, description: 'The value it ends up with.' }),
  }),
});

const plan = builder.objectRef<Merge>('MergePlan').implement({
  description: 'What a merge does, decided before it is done.',
  fields: (t) => ({
    planHash: t.exposeString('planHash', { nullable: true, description: 'To be sent with the merge itself.' }),
    sourceVisitorId: t.exposeID('sourceVisitorId', { description: 'Who is merged.' }),
    targetVisitorId: t.exposeID('targetVisitorId', { description: 'Into whom.' }),
    conflicts: t.field({
      type: [choice],
      description: 'Fields both had with different values, and overridden ones.',
      resolve: ({ conflicts = [] }) => conflicts,
    }),
  }),
});

const mergePayload = builder
  .objectRef<MergeReply & { readonly warnings: readonly Warning[] }>('MergeVisitorsPayload')
  .implement({
    description: 'A merge, or with dryRun what it would be.',
    fields: (t) => ({
      merge: t.field({
        type: merge,
        nullable: true,
        description: 'The merge; null for a dry run.',
        resolve: (reply) => (reply.merge.id === null ? null : reply.merge),
      }),
      plan: t.field({ type: plan, description: 'What it does.', resolve: (reply) => reply.merge }),
      visitor: t.expose('visitor', { type: visitor, description: 'The person afterwards.' }),
      warnings: t.expose('warnings', { type: [warning], description: 'What was mended in the overrides.' }),
    }),
  });

const undoConflict = builder.objectRef<UndoConflict>('UndoConflict').implement({
  description: 'An edit made since the merge, and the visitor it stays with.',
  fields: (t) => ({
    field: t.exposeString('field', { description: '`name`, `attributes.plan` …' }),
    value: t.expose('value', { type: 'JSON', nullable: true, description: 'What it was set to.' }),
    editedAt: t.expose('editedAt', { type: 'DateTime', description: 'When.' }),
    by: t.expose('by', { type: by, nullable: true, description: 'Who edited.' }),
    visitorId: t.exposeID('visitorId', { description: 'Who keeps it.' }),
  }),
});

const undoPayload = builder.objectRef<UndoReply>('UnmergeVisitorsPayload').implement({
  description: 'A merge that was taken back.',
  fields: (t) => ({
    merge: t.expose('merge', { type: merge, description: 'The merge.' }),
    conflicts: t.expose('conflicts', { type: [undoConflict], description: 'Edits made since.' }),
  }),
});

const mergeInput = builder.inputType('MergeVisitorsInput', {
  description: 'Which two, and how.',
  fields: (t) => ({
    sourceVisitorId: t.string({ required: true, description: '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.' }),
    targetVisitorId: t.string({ required: true, description: 'Its id stays, and its values win.' }),
    dryRun: t.boolean({ description: 'Answers what would happen, and changes nothing.' }),
    planHash: t.string({ description: 'Of a dry run: refused when the people changed since.' }),
    overrides: t.field({ type: visitorEditInput, description: "Values to end up with instead of the target's." }),
    allowIdentified: t.boolean({ description: 'Merge although both have a userId.' }),
  }),
});

builder.mutationFields((t) => ({
  mergeVisitors: t.field({
    type: mergePayload,
    description: 'Merges one visitor into another. Needs visitors:write.',
    args: { input: t.arg({ type: mergeInput, required: true, description: 'Which two, and how.' }) },
    resolve: async (_root, { input }, ctx) => {
      const warnings: Warning[] = [];
      const reply = await mergeVisitors(ctx, readArguments(mergeBody, input, warnings));
      return { ...reply, warnings };
    },
  }),
  unmergeVisitors: t.field({
    type: undoPayload,
    description: 'Takes a merge back, in any order. Needs visitors:write.',
    args: { mergeId: t.arg.id({ required: true, description: '`mrg_…`.' }) },
    resolve: (_root, { mergeId }, ctx) => undoMerge(ctx, readId(mergeId)),
  }),
}));
