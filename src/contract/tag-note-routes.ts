/** The REST routes of tags and notes, one row each. */
import { NOTE, VISITOR } from './examples.ts';
import { note, noteBody } from './note.ts';
import { pageQuery } from './page.ts';
import type { RestRoute } from './route.ts';
import { tagBody, visitorTags } from './tag.ts';

/** By operation id. */
export const tagNoteRoutes = {
  addTag: {
    method: 'POST',
    path: '/visitors/{id}/tags',
    tag: 'Visitors',
    summary: 'Tag a visitor',
    description: 'A tag they have already changes nothing.',
    scope: 'visitors:write',
    body: tagBody,
    answer: { status: 200, data: visitorTags, redirects: true },
    refusals: [400, 404, 413],
    example: { body: { tag: 'vip' }, answer: { tags: VISITOR.tags } },
  },
  removeTag: {
    method: 'DELETE',
    path: '/visitors/{id}/tags/{tag}',
    tag: 'Visitors',
    summary: 'Take a tag away',
    description: 'From the whole person, whichever of the visitors they are made of had it.',
    scope: 'visitors:write',
    answer: { status: 204 },
    refusals: [404],
  },
  listNotes: {
    method: 'GET',
    path: '/visitors/{id}/notes',
    tag: 'Visitors',
    summary: 'List the notes about a visitor',
    description: 'Newest first.',
    scope: 'visitors:read',
    query: pageQuery,
    answer: { status: 200, data: note, list: true, redirects: true },
    refusals: [404],
    example: { answer: [NOTE] },
  },
  addNote: {
    method: 'POST',
    path: '/visitors/{id}/notes',
    tag: 'Visitors',
    summary: 'Write a note about a visitor',
    description: 'Visitors never see it.',
    scope: 'visitors:write',
    body: noteBody,
    answer: { status: 201, data: note, redirects: true },
    refusals: [400, 404, 413],
    example: { body: { body: NOTE.body }, answer: NOTE },
  },
  updateNote: {
    method: 'PUT',
    path: '/visitors/{id}/notes/{noteId}',
    tag: 'Visitors',
    summary: 'Write a note anew',
    scope: 'visitors:write',
    body: noteBody,
    answer: { status: 200, data: note, redirects: true },
    refusals: [400, 404, 413],
    example: { body: { body: NOTE.body }, answer: NOTE },
  },
  deleteNote: {
    method: 'DELETE',
    path: '/visitors/{id}/notes/{noteId}',
    tag: 'Visitors',
    summary: 'Delete a note',
    scope: 'visitors:write',
    answer: { status: 204 },
    refusals: [404],
  },
} as const satisfies Record<string, RestRoute>;
