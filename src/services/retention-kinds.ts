/** Where each kind of history stands, and which of its rows are older than a moment. */
import { type Fragment, sql } from '../infra/sql.ts';

/** Kinds whose rows hang on a record and are counted there. */
export type HistoryKind = 'events' | 'pageViews' | 'sessions' | 'conversations';

/** What a run goes through, in this order. */
export const HISTORY_KINDS: readonly HistoryKind[] = ['events', 'pageViews', 'sessions', 'conversations'];

/** One kind's table. Every fragment speaks of one of its rows as `h`, and of its record as `r`. */
export interface HistoryTable {
  readonly table: Fragment;
  /** Of the record: whether it can have rows older than this at all. */
  mayHave(before: string): Fragment;
  isOlder(before: string): Fragment;
}

const seenBefore = (before: string) => sql`r.first_seen_at < ${before}::timestamptz`;

/**
 * By kind. `isOlder` begins with what the index by record and time can be searched for.
 *
 * A heartbeat counts to the minute, so a session of nothing else was active last when it began: the later of the two.
 */
export const HISTORY: Readonly<Record<HistoryKind, HistoryTable>> = {
  events: {
    table: sql`event`,
    mayHave: (before) => sql`r.event_count > 0 AND ${seenBefore(before)}`,
    isOlder: (before) => sql`h.timestamp < ${before}::timestamptz`,
  },
  pageViews: {
    table: sql`page_view`,
    mayHave: (before) => sql`r.page_view_count > 0 AND ${seenBefore(before)}`,
    isOlder: (before) => sql`h.timestamp < ${before}::timestamptz`,
  },
  sessions: {
    table: sql`session`,
    mayHave: (before) => sql`r.session_count > 0 AND ${seenBefore(before)}`,
    isOlder: (before) => sql`h.started_at < ${before}::timestamptz AND h.last_activity_at < ${before}::timestamptz`,
  },
  conversations: {
    table: sql`conversation`,
    mayHave: () => sql`r.conversation_count > 0`,
    isOlder: (before) => sql`h.last_message_at < ${before}::timestamptz`,
  },
};

/** True of a record `r` whose person nobody may thin out: a hold on any record of the tree. */
export const isHeld = sql`EXISTS (
      SELECT FROM record m JOIN legal_hold l ON l.workspace_id = m.workspace_id AND l.record_id = m.id
      WHERE m.workspace_id = r.workspace_id AND m.canonical_id = r.canonical_id)`;
