/**
 * Writes into conversations, and keeps the counts above them in the same commit. Whoever writes anything of a
 * conversation locks its record first: so messages of one conversation come one after the other, and no lock of a
 * conversation is ever waited for behind one of a record (src/services/record.ts has the order).
 */
import type { By } from '../context.ts';
import type { AuthorKind } from '../contract/conversation.ts';
import { NotFound } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import type { Written } from '../normalise/message.ts';
import type { FoundConversation } from './conversation-reach.ts';
import type { Work } from './work.ts';

/** A message that is about to be stored. */
export interface NewMessage extends Written {
  readonly id: Uuid;
  readonly author: AuthorKind;
  readonly authorName: string | null;
  /** Null when the visitor wrote it. */
  readonly by: By | null;
}

/** A conversation that is about to begin. */
export interface NewConversation extends FoundConversation {
  readonly subject: string | null;
  /** Null when the visitor began it. */
  readonly by: By | null;
}

/** Locks the record that keeps, or is to keep, a conversation. @throws {NotFound} when its person is being erased. */
export async function lockKeeper(work: Work, recordId: Uuid): Promise<void> {
  const rows = await work.tx.rows(hot`/* record.lock_keeper */
    SELECT id FROM record
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ${recordId}::uuid AND erased_at IS NULL
    FOR NO KEY UPDATE`);
  if (rows.length === 0) throw new NotFound('There is no such visitor.');
}

/** A conversation without a message yet. The caller holds its record, and writes the first message in this transaction. */
export async function insertConversation(work: Work, { id, recordId, subject, by }: NewConversation): Promise<void> {
  await work.tx.run(hot`/* conversation.insert */
    INSERT INTO conversation (workspace_id, id, record_id, subject, created_at, by, last_message_at)
    VALUES (${work.workspaceId}::uuid, ${id}::uuid, ${recordId}::uuid, ${subject}::text,
      ${work.now.toISOString()}::timestamptz, ${by && JSON.stringify(by)}::jsonb, ${work.now.toISOString()}::timestamptz)`);
}

/**
 * Stores a message and counts it: in the conversation, on its record and on the profile above. The caller holds the
 * record. It is dated now, but after the message before it. What the visitor writes opens the conversation again and
 * is a sign of life.
 */
export async function addMessage(work: Work, { id, recordId }: FoundConversation, message: NewMessage): Promise<void> {
  const now = work.now.toISOString();
  const isVisitors = message.author === 'visitor';
  const stored = await work.tx.run(hot`/* message.add */
    WITH present AS MATERIALIZED (
      SELECT c.workspace_id, c.id, (c.message_count = 0)::int AS begins, ${isVisitors}::boolean AS visitors,
        (${isVisitors}::boolean)::int AS one, ${now}::timestamptz AS now,
        CASE WHEN c.message_count = 0 THEN ${now}::timestamptz
          ELSE greatest(${now}::timestamptz, c.last_message_at + interval '1 millisecond') END AS sent_at
      FROM conversation c
      WHERE c.workspace_id = ${work.workspaceId}::uuid AND c.id = ${id}::uuid AND c.record_id = ${recordId}::uuid
    ), records AS (
      UPDATE record r SET
        conversation_count = r.conversation_count + p.begins,
        message_count = r.message_count + p.one,
        first_contact_at = CASE WHEN p.visitors THEN least(r.first_contact_at, p.sent_at) ELSE r.first_contact_at END,
        last_message_at = greatest(r.last_message_at, p.sent_at),
        first_seen_at = CASE WHEN p.visitors THEN least(r.first_seen_at, p.now) ELSE r.first_seen_at END,
        last_seen_at = CASE WHEN p.visitors THEN greatest(r.last_seen_at, p.now) ELSE r.last_seen_at END
      FROM present p
      WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.id = ${recordId}::uuid
      RETURNING r.canonical_id
    ), profiles AS (
      UPDATE profile_activity a SET
        conversation_count = a.conversation_count + p.begins,
        message_count = a.message_count + p.one,
        message_count_log2 = floor(ln((a.message_count + p.one + 1)::float8) / ln(2::float8)),
        first_contact_at = CASE WHEN p.visitors THEN least(a.first_contact_at, p.sent_at) ELSE a.first_contact_at END,
        last_message_at = greatest(a.last_message_at, p.sent_at),
        first_seen_at = CASE WHEN p.visitors THEN least(a.first_seen_at, p.now) ELSE a.first_seen_at END,
        last_seen_at = CASE WHEN p.visitors THEN greatest(a.last_seen_at, p.now) ELSE a.last_seen_at END,
        last_seen_minute = CASE WHEN p.visitors THEN date_trunc('minute', greatest(a.last_seen_at, p.now))
          ELSE a.last_seen_minute END
      FROM present p, records
      WHERE a.workspace_id = ${work.workspaceId}::uuid AND a.id = records.canonical_id
      RETURNING a.id
    ), conversations AS (
      UPDATE conversation c SET
        last_message_at = p.sent_at,
        message_count = c.message_count + 1,
        unread_by_agents = c.unread_by_agents + p.one,
        unread_by_visitor = c.unread_by_visitor + 1 - p.one,
        status = CASE WHEN p.visitors THEN 'open' ELSE c.status END
      FROM present p, profiles
      WHERE c.workspace_id = ${work.workspaceId}::uuid AND c.id = p.id
      RETURNING c.id
    )
    INSERT INTO message (workspace_id, id, conversation_id, author, author_name, by, type, body, sent_at)
    SELECT p.workspace_id, ${message.id}::uuid, p.id, ${message.author}, ${message.authorName}::text,
      ${message.by && JSON.stringify(message.by)}::jsonb, ${message.type}, ${message.body}, p.sent_at
    FROM present p, conversations`);
  if (stored !== 1) throw new NotFound('There is no such conversation.');
}
