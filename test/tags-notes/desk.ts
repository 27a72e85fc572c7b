/** The desk of the identity tests, with tags and notes. */
import { addNote, deleteNote, updateNote } from '../../src/services/note.ts';
import { listNotes } from '../../src/services/note-list.ts';
import { addTag, removeTag } from '../../src/services/tag.ts';
import { openDesk } from '../identity/desk.ts';
import type { World } from '../support/world.ts';

/** Verbs and questions of one fresh workspace. */
export type TagDesk = Awaited<ReturnType<typeof openTagDesk>>;

/** A workspace of the test's own. */
export async function openTagDesk(world: World) {
  const desk = await openDesk(world);
  const { ctx } = desk;
  const notes = async (ref: string) => (await listNotes(ctx, ref, { limit: 100 })).items;
  return {
    ...desk,
    tag: async (ref: string, tag: string) => (await addTag(ctx, ref, { tag })).tags,
    untag: async (ref: string, tag: string) => (await removeTag(ctx, ref, tag)).tags,
    tags: async (ref: string) => (await desk.visitor(ref)).tags,
    note: async (ref: string, body: string) => (await addNote(ctx, ref, { body })).note,
    rewrite: async (ref: string, id: string, body: string) => (await updateNote(ctx, ref, id, { body })).note,
    unwrite: (ref: string, id: string) => deleteNote(ctx, ref, id),
    notes,
    bodies: async (ref: string) => (await notes(ref)).map(({ body }) => body),
    /** Visitors who did something, by their anonymousIds. */
    async visitors(...anonymousIds: readonly string[]) {
      for (const anonymousId of anonymousIds) await desk.track({ anonymousId });
    },
  };
}
