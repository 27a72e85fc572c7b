/** The handlers of tags and notes. No rules here. */
import type { tagNoteRoutes } from '../contract/tag-note-routes.ts';
import { addNote, deleteNote, updateNote } from '../services/note.ts';
import { listNotes } from '../services/note-list.ts';
import { addTag, removeTag } from '../services/tag.ts';
import type { Handlers } from './handler.ts';
import { done, made, ofVisitor, one, redirectedPage } from './replies.ts';

/** By operation id, as the routes. */
export const tagNoteHandlers: Handlers<keyof typeof tagNoteRoutes> = {
  addTag: async (ctx, { id, body }) => {
    const { tags, ...whose } = await addTag(ctx, id, body);
    return ofVisitor(one({ tags }), whose, '/tags');
  },
  removeTag: async (ctx, { id, part }) => {
    await removeTag(ctx, id, part);
    return done;
  },
  listNotes: async (ctx, { id, query }) => redirectedPage(await listNotes(ctx, id, query), '/notes'),
  addNote: async (ctx, { id, body }) => {
    const { note, ...whose } = await addNote(ctx, id, body);
    const below = `/notes/${note.id}`;
    return ofVisitor(made(`/visitors/${whose.visitorId}${below}`, note), whose, below);
  },
  updateNote: async (ctx, { id, part, body }) => {
    const { note, ...whose } = await updateNote(ctx, id, part, body);
    return ofVisitor(one(note), whose, `/notes/${note.id}`);
  },
  deleteNote: async (ctx, { id, part }) => {
    await deleteNote(ctx, id, part);
    return done;
  },
};
