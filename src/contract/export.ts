/** An export: everything that is stored about one person, as it is downloaded. */
import { z } from 'zod';
import { company } from './company.ts';
import { conversation, message } from './conversation.ts';
import { pageViewEvent, trackedEvent } from './event.ts';
import { by, merge, undoConflict } from './merge.ts';
import { note } from './note.ts';
import { session } from './session.ts';
import { suggestion } from './suggestion.ts';
import { time, wireId } from './text.ts';
import { visitor } from './visitor.ts';

/** What an export may be written as. */
export const EXPORT_FORMATS = ['json', 'csv'] as const;
/** One of them. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const format = z.enum(EXPORT_FORMATS);

/** The query of GET /visitors/{id}/export. */
export const exportQuery = z.strictObject({
  format: format.default('json').describe('csv: a zip of one table per kind, and a manifest.'),
});
export type ExportQuery = z.output<typeof exportQuery>;

/** A file that may be fetched once, without a key. */
export const exportLink = z.object({ url: z.string(), expiresAt: time });
export type ExportLink = z.output<typeof exportLink>;

/** A userId or anonymousId, and the record that keeps what was received under it. */
export const exportedIdentifier = z.object({
  kind: z.enum(['userId', 'anonymousId']),
  value: z.string(),
  visitorId: wireId('visitor').describe('The record of its own.'),
  createdAt: time,
  firstSeenAt: time.nullable(),
  lastSeenAt: time.nullable(),
});
export type ExportedIdentifier = z.output<typeof exportedIdentifier>;

/** A conversation with all its messages, in order, as agents see it. */
export const exportedConversation = conversation.omit({ lastMessage: true }).extend({ messages: z.array(message) });
export type ExportedConversation = z.output<typeof exportedConversation>;

/** A visit. Its pages are among the page views, which name their session. */
export const exportedSession = session
  .omit({ pages: true })
  .extend({ clientId: z.string().describe('The id that the browser gave it.') });
export type ExportedSession = z.output<typeof exportedSession>;

/** A tag, and who put it on. */
export const exportedTag = z.object({ tag: z.string(), createdAt: time, by });
export type ExportedTag = z.output<typeof exportedTag>;

/** A value as it was received, whether or not a later one stands before it. */
export const exportedValue = z.object({
  visitorId: wireId('visitor').describe('The record that received it.'),
  identifier: z
    .object({ kind: z.enum(['userId', 'anonymousId']), value: z.string() })
    .nullable()
    .describe('Whose record that is; null once it was taken away.'),
  mergeId: wireId('merge').nullable().describe('The merge that decided it, when a merge did.'),
  field: z.string().describe('`name`, `attributes.plan` …'),
  value: z.unknown().describe('Null when it was removed.'),
  setAt: time,
  messageId: z.string().describe('Of the item, edit or merge that set it.'),
  verified: z.boolean().describe('False: it came with a userId that was not proven.'),
});
export type ExportedValue = z.output<typeof exportedValue>;

/** A legal hold. */
export const exportedHold = z.object({ placedAt: time, by });
export type ExportedHold = z.output<typeof exportedHold>;

/** An export that was made before, or this one. */
export const exportedExport = z.object({ format, createdAt: time, by });
export type ExportedExport = z.output<typeof exportedExport>;

/** All of it. Lists are newest first where nothing else is said. */
export const visitorExport = z
  .object({
    visitor,
    identifiers: z.array(exportedIdentifier),
    conversations: z.array(exportedConversation),
    sessions: z.array(exportedSession),
    pageViews: z.array(pageViewEvent),
    events: z.array(trackedEvent),
    tags: z.array(exportedTag),
    notes: z.array(note),
    merges: z.array(merge),
    segments: z.array(z.unknown()).describe('Empty.'),
    companies: z.array(company).describe('All that were ever named as theirs.'),
    values: z.array(exportedValue).describe('Every value as it was received, by record and field.'),
    edits: z.array(undoConflict).describe('Every edit by hand.'),
    suggestions: z.array(suggestion).describe('Merges that were suggested, dismissed ones too.'),
    holds: z.array(exportedHold),
    exports: z.array(exportedExport),
  })
  .meta({ id: 'VisitorExport' });
export type VisitorExport = z.output<typeof visitorExport>;

/** A kind of thing an export lists. */
export type ExportKind = Exclude<keyof VisitorExport, 'visitor'>;
