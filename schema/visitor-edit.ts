/** Editing a visitor by hand. */
import type { Warning } from '../src/contract/item.ts';
import { visitorEdit } from '../src/contract/visitor.ts';
import { readId } from '../src/normalise/outside.ts';
import { editVisitor } from '../src/services/visitor-edit.ts';
import { builder } from './builder.ts';
import { warning } from './ingest.ts';
import { readInput } from './input.ts';
import { type VisitorNode, visitor } from './visitor.ts';

/** Fields of a visitor that somebody may set. */
export const visitorEditInput = builder.inputType('VisitorEditInput', {
  description: 'Fields of a visitor: what is not named stays, null removes.',
  fields: (t) => ({
    name: t.string({ description: 'Full name.' }),
    email: t.string({ description: 'Email address.' }),
    phone: t.string({ description: 'Phone number.' }),
    avatarUrl: t.string({ description: 'http(s) address of a picture.' }),
    attributes: t.field({ type: 'JSONObject', description: 'Attribute by attribute; null removes one.' }),
    company: t.field({ type: 'JSON', description: 'Its name, which is its id too, or `{id, name?, …attributes}`.' }),
  }),
});

const payload = builder
  .objectRef<{ readonly visitor: VisitorNode; readonly warnings: readonly Warning[] }>('UpdateVisitorPayload')
  .implement({
    description: 'The visitor after the edit.',
    fields: (t) => ({
      visitor: t.expose('visitor', { type: visitor, description: 'As it is now.' }),
      warnings: t.expose('warnings', { type: [warning], description: 'What was mended in the edit.' }),
    }),
  });

builder.mutationField('updateVisitor', (t) =>
  t.field({
    type: payload,
    description: 'Edits a visitor. Needs visitors:write.',
    args: {
      id: t.arg.id({ required: true, description: '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.' }),
      input: t.arg({ type: visitorEditInput, required: true, description: 'What to change.' }),
      ifMatch: t.arg.string({ description: 'An etag: the edit is made only on exactly that state.' }),
    },
    resolve: async (_root, { id, input, ifMatch }, ctx) => {
      const warnings: Warning[] = [];
      const edit = readInput(visitorEdit, input, warnings);
      const edited = await editVisitor(ctx, readId(id), edit, ifMatch ?? undefined);
      const { redirectedFrom } = edited;
      return { visitor: { ...edited.visitor, redirectedFrom }, warnings: [...warnings, ...edited.warnings] };
    },
  }),
);
