/** The kinds of things an export lists, in their order, and the columns of each one's table. */
import type { ExportKind } from '../contract/export.ts';
import type { Cell } from './csv-text.ts';
import {
  exportedEdits,
  exportedExports,
  exportedHolds,
  exportedIdentifiers,
  exportedNotes,
  exportedTags,
} from './export-about.ts';
import { exportedEvents, exportedPageViews, exportedSessions } from './export-history.ts';
import { exportedCompanies, exportedMerges, exportedSuggestions, exportedValues } from './export-merges.ts';
import type { Person } from './export-person.ts';
import { exportedConversations, exportedMessages } from './export-talk.ts';

/** Reads one kind of thing, page by page. */
type Read = (person: Person) => AsyncIterable<readonly object[]>;

/** A column of a table: where its value stands in the thing, with dots. */
export interface Column {
  readonly path: string;
  /** Its values have any shape and are written as JSON, texts too. */
  readonly isJson: boolean;
}

/** One table. */
export interface ExportTable {
  readonly name: string;
  readonly read: Read;
  readonly columns: readonly Column[];
}

/** What stands in the lists of the JSON. A conversation's `messages` are pages of their own. */
export const EXPORT_LISTS: Readonly<Record<ExportKind, Read>> = {
  identifiers: exportedIdentifiers,
  conversations: exportedConversations,
  sessions: exportedSessions,
  pageViews: exportedPageViews,
  events: exportedEvents,
  tags: exportedTags,
  notes: exportedNotes,
  merges: exportedMerges,
  segments: nothing,
  companies: exportedCompanies,
  values: exportedValues,
  edits: exportedEdits,
  suggestions: exportedSuggestions,
  holds: exportedHolds,
  exports: exportedExports,
};

const BY = 'by.keyId by.name';

/** The tables of the zip: the visitor, each list, and the messages, which have a table of their own there. */
export const EXPORT_TABLES: readonly ExportTable[] = [
  table(
    'visitor',
    ({ visitor }) => onePage([visitor]),
    `id userId name email phone avatarUrl attributes:json location.city location.country location.timezone browser.name
    browser.version os.name os.version device firstSeenAt lastSeenAt conversationCount sessionCount known identified
    verified displayName createdAt firstContactAt lastMessageAt messageCount eventCount tags:json repeat company.id
    company.externalId company.name online currentPage currentSession.id currentSession.startedAt
    currentSession.duration mergedFrom:json`,
  ),
  list('identifiers', 'kind value visitorId createdAt firstSeenAt lastSeenAt'),
  list(
    'conversations',
    `id visitorId subject status createdAt lastMessageAt messageCount unread.visitor unread.agents ${BY}`,
  ),
  table(
    'messages',
    exportedMessages,
    `id conversationId author.kind author.name author.by.keyId
    author.by.name type body sentAt readAt`,
  ),
  list('sessions', 'id clientId startedAt endedAt duration pagesViewed landingPage referrer utm:json'),
  list(
    'pageViews',
    `id name properties.url properties.title properties.page properties.referrer timestamp receivedAt sessionId source`,
  ),
  list('events', 'id name properties:json timestamp receivedAt sessionId source'),
  list('tags', `tag createdAt ${BY}`),
  list('notes', `id visitorId body createdAt ${BY} updatedAt updatedBy.keyId updatedBy.name`),
  list(
    'merges',
    `id kind sourceVisitorId targetVisitorId planHash createdAt ${BY} undoneAt undoneBy.keyId undoneBy.name`,
  ),
  list('segments', 'id name'),
  list('companies', 'id externalId name attributes:json createdAt'),
  list('values', 'visitorId identifier.kind identifier.value mergeId field value:json setAt messageId verified'),
  list('edits', `field value:json editedAt ${BY} visitorId`),
  list('suggestions', 'id reason sourceVisitorId targetVisitorId createdAt'),
  list('holds', `placedAt ${BY}`),
  list('exports', `format createdAt ${BY}`),
];

/** A thing's cell in a column. What is not there is null. */
export function cellOf({ path, isJson }: Column, thing: object): Cell {
  const value = path.split('.').reduce<unknown>(memberOf, thing) ?? null;
  return isJson && value !== null ? JSON.stringify(value) : (value as Cell);
}

function memberOf(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? (owner as Readonly<Record<string, unknown>>)[name] : undefined;
}

function list(name: ExportKind, columns: string): ExportTable {
  return table(name, EXPORT_LISTS[name], columns);
}

/** @param columns paths between spaces; `:json` behind one says that its values have any shape. */
function table(name: string, read: Read, columns: string): ExportTable {
  const paths = columns.trim().split(/\s+/);
  return {
    name,
    read,
    columns: paths.map((path) => ({ path: path.replace(/:json$/, ''), isJson: path.endsWith(':json') })),
  };
}

async function* onePage(page: readonly object[]): AsyncGenerator<readonly object[]> {
  yield page;
}

/** There are none yet. */
async function* nothing(): AsyncGenerator<readonly object[]> {}
