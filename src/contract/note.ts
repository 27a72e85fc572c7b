/** Notes: what agents write down about a visitor. Visitors never see them. */
import { z } from 'zod';
import { MAX_NOTE_BYTES } from '../limits.ts';
import { by } from './merge.ts';
import { time, wireId } from './text.ts';

/** A note. */
export const note = z
  .object({
    id: wireId('note'),
    visitorId: wireId('visitor').describe('The person it is about now.'),
    body: z.string(),
    createdAt: time,
    by,
    updatedAt: time.nullable().describe('Null until somebody changes it.'),
    updatedBy: by.nullable(),
  })
  .meta({ id: 'Note' });
export type Note = z.output<typeof note>;

/** What a note says. Only the shape is judged here; the service names the rule that was broken. */
export const noteBody = z
  .strictObject({ body: z.string().describe(`At most ${MAX_NOTE_BYTES} bytes of UTF-8, not blank.`) })
  .meta({ id: 'NoteBody' });
export type NoteBody = z.output<typeof noteBody>;
