/** Reduces what a person's history says of them: texts are scrubbed row by row, in chunks, the rest goes. */
import type { Replaced } from '../contract/anonymize.ts';
import type { Uuid } from '../ids.ts';
import type { Fragment } from '../infra/sql.ts';
import { sql } from '../infra/sql.ts';
import { CHUNK, newTexts, reduce, type Texts } from './anonymize-rows.ts';
import type { Scrubber } from './identifying-text.ts';
import type { Work } from './work.ts';

/** The caller holds the records. @returns how many rows changed, by kind. */
export async function reduceHistory(
  work: Work,
  records: readonly Uuid[],
  scrubber: Scrubber,
): Promise<Pick<Replaced, 'events' | 'pageViews' | 'sessions' | 'conversations' | 'messages' | 'notes' | 'tags'>> {
  return {
    events: await reduceLeft(work, await eventsLeft(work, records, scrubber), (names) =>
      events(work, records, scrubber, names),
    ),
    pageViews: await reduceLeft(work, await pageViewsLeft(work, records, scrubber), (places) =>
      pageViews(work, records, scrubber, places),
    ),
    sessions: await reduce(work, sessions(work, records, scrubber)),
    conversations: await reduce(work, subjects(work, records, scrubber)),
    messages: await reduce(work, messages(work, records, scrubber)),
    notes: await reduce(work, notes(work, records, scrubber)),
    tags: await replaceTags(work, records, scrubber),
  };
}

/** What is left to do of one kind: texts that have to change, and whether any row holds more. */
interface Left {
  /** Null when there are too many different ones to tell: then all rows are looked at. */
  readonly texts: readonly string[] | null;
  readonly holds: boolean;
}

interface Different {
  readonly first: string;
  readonly second: string | null;
  readonly holds: boolean;
}

/** Most often nothing is left, and no row is looked at again while others wait. */
async function reduceLeft(
  work: Work,
  { texts, holds }: Left,
  textsOf: (texts: readonly string[] | null) => Texts,
): Promise<number> {
  return holds || texts === null || texts.length > 0 ? reduce(work, textsOf(texts)) : 0;
}

async function left(
  work: Work,
  read: Fragment,
  changes: (row: Different) => readonly (string | null)[],
): Promise<Left> {
  const rows = await work.tx.rows<Different>(read);
  const texts = rows.length < CHUNK ? rows.flatMap(changes).filter((text) => text !== null) : null;
  return { texts, holds: rows.some(({ holds }) => holds) };
}

function eventsLeft(work: Work, records: readonly Uuid[], { word }: Scrubber): Promise<Left> {
  const read = sql`/* event.left */
    SELECT DISTINCT name AS first, NULL AS second, properties <> '{}'::jsonb AS holds FROM event
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) LIMIT ${CHUNK}`;
  return left(work, read, ({ first }) => (word(first) === first ? [] : [first]));
}

function pageViewsLeft(work: Work, records: readonly Uuid[], { path, text }: Scrubber): Promise<Left> {
  const read = sql`/* page_view.left */
    SELECT DISTINCT url AS first, page AS second, num_nonnulls(title, referrer) > 0 AS holds FROM page_view
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) LIMIT ${CHUNK}`;
  return left(work, read, ({ first, second }) => [
    path(first) === first ? null : first,
    second === null || text(second) === second ? null : second,
  ]);
}

/**
 * Events in chunks: one index scan per record, merged.
 *
 * @param names only rows with properties or one of these names are looked at; null for all.
 */
export function events(
  { workspaceId }: Work,
  records: readonly Uuid[],
  { word }: Scrubber,
  names: readonly string[] | null,
): Texts {
  return {
    first: word,
    read: ([at, id]) => sql`/* event.texts */
      SELECT e.* FROM unnest(${records}::uuid[]) r(id)
      CROSS JOIN LATERAL (
        SELECT id, timestamp AS at, name AS first, NULL AS second, properties <> '{}'::jsonb AS holds FROM event
        WHERE workspace_id = ${workspaceId}::uuid AND record_id = r.id
          AND (timestamp, id) > (${at}::timestamptz, ${id}::uuid)
          AND (${names}::text[] IS NULL OR properties <> '{}'::jsonb OR name = ANY(${names}::text[]))
        ORDER BY timestamp, id LIMIT ${CHUNK}
      ) e
      ORDER BY e.at, e.id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* event.reduce */
      UPDATE event e SET name = n.first, properties = '{}' FROM ${newTexts(rows)}
      WHERE e.workspace_id = ${workspaceId}::uuid AND e.id = n.id`,
  };
}

/** The same of page views. @param places only rows with more than these texts are looked at; null for all. */
export function pageViews(
  { workspaceId }: Work,
  records: readonly Uuid[],
  { path, text }: Scrubber,
  places: readonly string[] | null,
): Texts {
  return {
    first: path,
    second: text,
    read: ([at, id]) => sql`/* page_view.texts */
      SELECT p.* FROM unnest(${records}::uuid[]) r(id)
      CROSS JOIN LATERAL (
        SELECT id, timestamp AS at, url AS first, page AS second, num_nonnulls(title, referrer) > 0 AS holds
        FROM page_view
        WHERE workspace_id = ${workspaceId}::uuid AND record_id = r.id
          AND (timestamp, id) > (${at}::timestamptz, ${id}::uuid)
          AND (${places}::text[] IS NULL OR num_nonnulls(title, referrer) > 0
            OR url = ANY(${places}::text[]) OR page = ANY(${places}::text[]))
        ORDER BY timestamp, id LIMIT ${CHUNK}
      ) p
      ORDER BY p.at, p.id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* page_view.reduce */
      UPDATE page_view p SET url = n.first, page = n.second, title = NULL, referrer = NULL FROM ${newTexts(rows)}
      WHERE p.workspace_id = ${workspaceId}::uuid AND p.id = n.id`,
  };
}

/** The client's id of a session may be anything, so the row's own id takes its place, which is as unique. */
function sessions({ workspaceId }: Work, records: readonly Uuid[], { path }: Scrubber): Texts {
  return {
    first: path,
    read: ([at, id]) => sql`/* session.texts */
      SELECT s.* FROM unnest(${records}::uuid[]) r(id)
      CROSS JOIN LATERAL (
        SELECT id, started_at AS at, landing_url AS first, NULL AS second,
          client_id <> id::text OR num_nonnulls(referrer, utm) > 0 AS holds FROM session
        WHERE workspace_id = ${workspaceId}::uuid AND record_id = r.id
          AND (started_at, id) > (${at}::timestamptz, ${id}::uuid)
        ORDER BY started_at, id LIMIT ${CHUNK}
      ) s
      ORDER BY s.at, s.id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* session.reduce */
      UPDATE session s SET landing_url = n.first, client_id = s.id::text, referrer = NULL, utm = NULL
      FROM ${newTexts(rows)}
      WHERE s.workspace_id = ${workspaceId}::uuid AND s.id = n.id`,
  };
}

function subjects({ workspaceId }: Work, records: readonly Uuid[], { text }: Scrubber): Texts {
  return {
    first: text,
    read: ([at, id]) => sql`/* conversation.texts */
      SELECT id, last_message_at AS at, subject AS first, NULL AS second, false AS holds FROM conversation
      WHERE workspace_id = ${workspaceId}::uuid AND record_id = ANY(${records}::uuid[])
        AND (last_message_at, id) > (${at}::timestamptz, ${id}::uuid)
      ORDER BY last_message_at, id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* conversation.reduce */
      UPDATE conversation c SET subject = n.first FROM ${newTexts(rows)}
      WHERE c.workspace_id = ${workspaceId}::uuid AND c.id = n.id`,
  };
}

function messages({ workspaceId }: Work, records: readonly Uuid[], { text }: Scrubber): Texts {
  return {
    first: text,
    read: ([at, id]) => sql`/* message.texts */
      SELECT m.id, m.sent_at AS at, m.body AS first, NULL AS second, false AS holds
      FROM conversation c
      JOIN message m ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id
      WHERE c.workspace_id = ${workspaceId}::uuid AND c.record_id = ANY(${records}::uuid[])
        AND (m.sent_at, m.id) > (${at}::timestamptz, ${id}::uuid)
      ORDER BY m.sent_at, m.id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* message.reduce */
      UPDATE message m SET body = n.first FROM ${newTexts(rows)}
      WHERE m.workspace_id = ${workspaceId}::uuid AND m.id = n.id`,
  };
}

function notes({ workspaceId }: Work, records: readonly Uuid[], { text }: Scrubber): Texts {
  return {
    first: text,
    read: ([at, id]) => sql`/* note.texts */
      SELECT id, created_at AS at, body AS first, NULL AS second, false AS holds FROM note
      WHERE workspace_id = ${workspaceId}::uuid AND record_id = ANY(${records}::uuid[])
        AND (created_at, id) > (${at}::timestamptz, ${id}::uuid)
      ORDER BY created_at, id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* note.reduce */
      UPDATE note t SET body = n.first FROM ${newTexts(rows)}
      WHERE t.workspace_id = ${workspaceId}::uuid AND t.id = n.id`,
  };
}

/** A tag is part of its row's key, and what is left of two tags may be one. */
async function replaceTags(work: Work, records: readonly Uuid[], { word }: Scrubber): Promise<number> {
  const rows = await work.tx.rows<{ record_id: Uuid; tag: string }>(sql`/* tag.texts */
    SELECT record_id, tag FROM visitor_tag
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
  const changed = rows.filter(({ tag }) => word(tag) !== tag);
  if (changed.length === 0) return 0;
  const [ids, tags] = [changed.map((row) => row.record_id), changed.map((row) => row.tag)];
  await work.tx.run(sql`/* tag.replace */
    INSERT INTO visitor_tag (workspace_id, record_id, tag, created_at, by)
    SELECT t.workspace_id, t.record_id, n.replacement, t.created_at, t.by
    FROM unnest(${ids}::uuid[], ${tags}::text[], ${tags.map(word)}::text[]) AS n(record_id, tag, replacement)
    JOIN visitor_tag t ON t.workspace_id = ${work.workspaceId}::uuid AND t.record_id = n.record_id AND t.tag = n.tag
    ORDER BY t.record_id, n.replacement
    ON CONFLICT DO NOTHING`);
  return work.tx.run(sql`/* tag.drop_replaced */
    DELETE FROM visitor_tag t USING unnest(${ids}::uuid[], ${tags}::text[]) AS n(record_id, tag)
    WHERE t.workspace_id = ${work.workspaceId}::uuid AND t.record_id = n.record_id AND t.tag = n.tag`);
}
