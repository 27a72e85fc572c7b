/** Writing notes about a visitor. */
import type { Warning } from '../src/contract/item.ts';
import { noteBody } from '../src/contract/note.ts';
import { readId } from '../src/normalise/outside.ts';
import { addNote, deleteNote, type NoteReply, updateNote } from '../src/services/note.ts';
import { builder } from './builder.ts';
import { warning } from './ingest.ts';
import { readArguments } from './input.ts';
import { note } from './note.ts';
import { visitor } from './visitor.ts';

const payload = builder.objectRef<NoteReply & { readonly warnings: readonly Warning[] }>('NotePayload').implement({
  description: 'A note just written.',
  fields: (t) => ({
    note: t.expose('note', { type: note, description: 'The note.' }),
    visitor: t.field({
      type: visitor,
      description: 'Whom it is about.',
      resolve: async ({ visitorId, redirectedFrom }, _args, ctx) => ({
        ...(await ctx.loaders.visitor(visitorId)),
        redirectedFrom,
      }),
    }),
    warnings: t.expose('warnings', { type: [warning], description: 'What was mended in it.' }),
  }),
});

const VISITOR = '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.';
const NOTE = '`not_…`, a note about this visitor.';
const BODY = 'What it says.';

builder.mutationFields((t) => ({
  addNote: t.field({
    type: payload,
    description: 'Writes a note about a visitor. Needs visitors:write.',
    args: {
      id: t.arg.id({ required: true, description: VISITOR }),
      body: t.arg.string({ required: true, description: BODY }),
    },
    resolve: async (_root, { id, body }, ctx) => {
      const warnings: Warning[] = [];
      const reply = await addNote(ctx, readId(id), readArguments(noteBody, { body }, warnings));
      return { ...reply, warnings };
    },
  }),
  updateNote: t.field({
    type: payload,
    description: 'Writes a note anew. Needs visitors:write.',
    args: {
      id: t.arg.id({ required: true, description: VISITOR }),
      noteId: t.arg.id({ required: true, description: NOTE }),
      body: t.arg.string({ required: true, description: BODY }),
    },
    resolve: async (_root, { id, noteId, body }, ctx) => {
      const warnings: Warning[] = [];
      const written = readArguments(noteBody, { body }, warnings);
      const reply = await updateNote(ctx, readId(id), readId(noteId), written);
      return { ...reply, warnings };
    },
  }),
  deleteNote: t.id({
    description: 'Deletes a note, and answers its id. Needs visitors:write.',
    args: {
      id: t.arg.id({ required: true, description: VISITOR }),
      noteId: t.arg.id({ required: true, description: NOTE }),
    },
    resolve: async (_root, { id, noteId }, ctx) => {
      await deleteNote(ctx, readId(id), readId(noteId));
      return noteId;
    },
  }),
}));
