/** A note about a visitor. */
import type { Note } from '../src/contract/note.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connection.ts';
import { by } from './merge.ts';

/** A note. */
export const note = builder.objectRef<Note>('Note');
builder.node(note, {
  description: 'What somebody wrote down about a visitor, who never sees it.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.note(id),
  fields: (t) => ({
    visitorId: t.exposeID('visitorId', { description: 'The person it is about now.' }),
    body: t.exposeString('body', { description: 'What it says.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    by: t.expose('by', { type: by, description: 'Who wrote it.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', nullable: true, description: 'When it was last changed.' }),
    updatedBy: t.expose('updatedBy', { type: by, nullable: true, description: 'Who changed it last.' }),
  }),
});

/** Notes. */
export const noteConnection = connectionOf<Note>('Note', note, 'notes');
