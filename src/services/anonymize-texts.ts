/** Reduces what a person's history says of them: texts are scrubbed row by row, in chunks, the rest goes. */
import type { Replaced } from '../contract/anonymize.ts';
import type { Uuid } from '../ids.ts';
import type { Fragment } from '../infra/sql.ts';
import { sql } from '../infra/sql.ts';
import type { Scrubber } from './identifying-text.ts';
import type { Work } from './work.ts';

/** Rows that are read and written at a time. */
const CHUNK = 1000;

/** Up to two texts of one row. `holds`: it has more that goes whatever the texts say. */
interface TextRow {
  readonly id: Uuid;
  readonly first: string | null;
  readonly second: string | null;
  readonly holds: boolean;
}

interface Texts {
  /** Rows behind an id, by id, at most `CHUNK`. */
  readonly read: (after: Uuid) => Fragment;
  readonly write: (rows: readonly TextRow[]) => Fragment;
  readonly first: (text: string) => string;
  readonly second?: (text: string) => string;
}

/** The least of all ids. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000' as Uuid;

/** The caller holds the records. @returns how many rows changed, by kind. */
export async function reduceHistory(
  work: Work,
  records: readonly Uuid[],
  scrubber: Scrubber,
): Promise<Pick<Replaced, 'events' | 'pageViews' | 'sessions' | 'conversations' | 'messages' | 'notes' | 'tags'>> {
  return {
    events: await reduce(work, events(work, records, scrubber)),
    pageViews: await reduce(work, pageViews(work, records, scrubber)),
    sessions: await reduce(work, sessions(work, records, scrubber)),
    conversations: await reduce(work, subjects(work, records, scrubber)),
    messages: await reduce(work, messages(work, records, scrubber)),
    notes: await reduce(work, notes(work, records, scrubber)),
    tags: await replaceTags(work, records, scrubber),
  };
}

async function reduce(work: Work, { read, write, first, second = first }: Texts): Promise<number> {
  let changed = 0;
  for (let after = BEFORE_ALL; ; ) {
    const rows = await work.tx.rows<TextRow>(read(after));
    const scrubbed = rows.map((row) => ({
      ...row,
      first: row.first === null ? null : first(row.first),
      second: row.second === null ? null : second(row.second),
    }));
    const different = scrubbed.filter(
      (row, i) => row.holds || row.first !== rows[i]?.first || row.second !== rows[i]?.second,
    );
    if (different.length > 0) await work.tx.run(write(different));
    changed += different.length;
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) return changed;
    after = last.id;
  }
}

function newTexts(rows: readonly TextRow[]): Fragment {
  return sql`unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.first)}::text[],
    ${rows.map((row) => row.second)}::text[]) AS n(id, first, second)`;
}

function events({ workspaceId }: Work, records: readonly Uuid[], { word }: Scrubber): Texts {
  return {
    first: word,
    read: (after) => sql`/* event.texts */
      SELECT id, name AS first, NULL AS second, properties <> '{}'::jsonb AS holds FROM event
      WHERE workspace_id = ${workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) AND id > ${after}::uuid
      ORDER BY id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* event.reduce */
      UPDATE event e SET name = n.first, properties = '{}' FROM ${newTexts(rows)}
      WHERE e.workspace_id = ${workspaceId}::uuid AND e.id = n.id`,
  };
}

function pageViews({ workspaceId }: Work, records: readonly Uuid[], { path, text }: Scrubber): Texts {
  return {
    first: path,
    second: text,
    read: (after) => sql`/* page_view.texts */
      SELECT id, url AS first, page AS second, num_nonnulls(title, referrer) > 0 AS holds FROM page_view
      WHERE workspace_id = ${workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) AND id > ${after}::uuid
      ORDER BY id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* page_view.reduce */
      UPDATE page_view p SET url = n.first, page = n.second, title = NULL, referrer = NULL FROM ${newTexts(rows)}
      WHERE p.workspace_id = ${workspaceId}::uuid AND p.id = n.id`,
  };
}

/** The client's id of a session may be anything, so the row's own id takes its place, which is as unique. */
function sessions({ workspaceId }: Work, records: readonly Uuid[], { path }: Scrubber): Texts {
  return {
    first: path,
    read: (after) => sql`/* session.texts */
      SELECT id, landing_url AS first, NULL AS second,
        client_id <> id::text OR num_nonnulls(referrer, utm) > 0 AS holds FROM session
      WHERE workspace_id = ${workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) AND id > ${after}::uuid
      ORDER BY id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* session.reduce */
      UPDATE session s SET landing_url = n.first, client_id = s.id::text, referrer = NULL, utm = NULL
      FROM ${newTexts(rows)}
      WHERE s.workspace_id = ${workspaceId}::uuid AND s.id = n.id`,
  };
}

function subjects({ workspaceId }: Work, records: readonly Uuid[], { text }: Scrubber): Texts {
  return {
    first: text,
    read: (after) => sql`/* conversation.texts */
      SELECT id, subject AS first, NULL AS second, false AS holds FROM conversation
      WHERE workspace_id = ${workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) AND id > ${after}::uuid
      ORDER BY id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* conversation.reduce */
      UPDATE conversation c SET subject = n.first FROM ${newTexts(rows)}
      WHERE c.workspace_id = ${workspaceId}::uuid AND c.id = n.id`,
  };
}

function messages({ workspaceId }: Work, records: readonly Uuid[], { text }: Scrubber): Texts {
  return {
    first: text,
    read: (after) => sql`/* message.texts */
      SELECT m.id, m.body AS first, NULL AS second, false AS holds
      FROM conversation c
      JOIN message m ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id
      WHERE c.workspace_id = ${workspaceId}::uuid AND c.record_id = ANY(${records}::uuid[]) AND m.id > ${after}::uuid
      ORDER BY m.id LIMIT ${CHUNK}`,
    write: (rows) => sql`/* message.reduce */
      UPDATE message m SET body = n.first FROM ${newTexts(rows)}
      WHERE m.workspace_id = ${workspaceId}::uuid AND m.id = n.id`,
  };
}

function notes({ workspaceId }: Work, records: readonly Uuid[], { text }: Scrubber): Texts {
  return {
    first: text,
    read: (after) => sql`/* note.texts */
      SELECT id, body AS first, NULL AS second, false AS holds FROM note
      WHERE workspace_id = ${workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) AND id > ${after}::uuid
      ORDER BY id LIMIT ${CHUNK}`,
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
