/** Every limit of the service in one place: the docs print them, refusals name them. Sizes in bytes or characters. */

/** One ingestion item as JSON, in bytes. */
export const MAX_ITEM_BYTES = 32 * 1024;
/** Items of one batch. */
export const MAX_BATCH_ITEMS = 500;
/** A request body after inflating, in bytes. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** Attributes (or properties) of one item. */
export const MAX_ATTRIBUTES = 255;
/** Attribute keys one person or company keeps, removed ones included; those set last stay. */
export const MAX_KEPT_ATTRIBUTES = 1000;
/** Nesting of `traits` and `properties`; the object itself is level 1. */
export const MAX_ITEM_DEPTH = 8;
/** Nesting of any JSON body. */
export const MAX_BODY_DEPTH = 32;

/** Longest text of each kind, in characters (UTF-16 code units). */
export const MAX_LENGTH = {
  key: 100,
  value: 8192,
  id: 255,
  name: 255,
  email: 320,
  phone: 64,
  eventName: 200,
  pageName: 200,
  title: 500,
  url: 2048,
  tag: 64,
  subject: 255,
} as const;

/** A message's body, in bytes. */
export const MAX_MESSAGE_BYTES = 32 * 1024;
/** A note about a visitor, in bytes. */
export const MAX_NOTE_BYTES = 32 * 1024;

/** Items of a page of a list. */
export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;
/** Pages shown inside a session; `pagesViewed` counts all. */
export const MAX_SESSION_PAGES = 100;

/** A GraphQL request, in bytes. */
export const MAX_GRAPHQL_BYTES = 1024 * 1024;
/** What a GraphQL document may hold: words and signs, levels of fields, other names for fields, directives. */
export const MAX_QUERY_TOKENS = 1000;
export const MAX_QUERY_DEPTH = 8;
export const MAX_QUERY_ALIASES = 15;
export const MAX_QUERY_DIRECTIVES = 20;
/** What it may ask for: objects, each list counted as long as it may be. */
export const MAX_QUERY_NODES = 10_000;
/** Faults that are looked for in a document before the rest is left unread. */
export const MAX_QUERY_FAULTS = 10;
/** GraphQL documents that are kept parsed and checked, and how long a kept one may be in characters. */
export const KEPT_QUERIES = 1000;
export const MAX_KEPT_QUERY_LENGTH = 10_000;

/** Activities in a snapshot of a watched visitor. */
export const SNAPSHOT_SIZE = 20;
/** What may wait for a slow watcher; beyond it they are given a new snapshot. */
export const MAX_WAITING_NEWS = 100;
/** Subscriptions of one WebSocket connection. */
export const MAX_SUBSCRIPTIONS = 100;
/** A WebSocket connection says who it is within this. */
export const SOCKET_INIT_MS = 3000;
/** A WebSocket connection that does not answer a ping until the next one is gone. */
export const SOCKET_PING_MS = 12_000;

/** A sender's clock is corrected when it is further off than this. */
export const SKEW_TOLERANCE_MS = 60_000;
/** A timestamp further ahead of our clock than this is refused. */
export const MAX_AHEAD_MS = 86_400_000;
/** Nothing happened to a visitor before this. */
export const EARLIEST_TIMESTAMP_MS = Date.UTC(2000, 0, 1);
/** A session without activity for this long has ended. */
export const SESSION_IDLE_MS = 30 * 60_000;
/** A client begins a new session after this long, whatever its activity. */
export const SESSION_MAX_MS = 24 * 3_600_000;
/** A heartbeat counts to the minute, so that a minute of them is one write. */
export const HEARTBEAT_GRAIN_MS = 60_000;
/** How long a message id is remembered at the least. */
export const MESSAGE_ID_DAYS = 400;

/** A workspace keeps a kind of data for so many days, unless for ever. */
export const MIN_RETENTION_DAYS = 1;
export const MAX_RETENTION_DAYS = 36_500;
/** Rows of history that one transaction of a retention run deletes, and people it locks for that. */
export const RETENTION_CHUNK_ROWS = 1000;
export const RETENTION_CHUNK_RECORDS = 200;
/** Rows that one statement of a clean-up deletes. */
export const SWEEP_CHUNK_ROWS = 5000;
/** A process that does a recurring job is taken for dead when it has not said otherwise for this long. */
export const JOB_LEASE_MS = 60_000;
/** How often a process looks for jobs that are due. */
export const JOB_POLL_MS = 60_000;
/** The hour (UTC) of nightly jobs. */
export const NIGHTLY_HOUR = 3;
/** When files are cleaned of what was deleted, behind what deletes in the night (UTC). */
export const SCRUB_HOUR = 4;
/** Deletions that a process left unfinished are looked for this often. */
export const RESUME_MINUTES = 5;

/** How long a write's answer is kept for repeats of its Idempotency-Key. */
export const IDEMPOTENCY_MS = 86_400_000;
/** A claimed key without an answer after this long was left by a process that ended; a repeat takes it over. */
export const IDEMPOTENCY_CLAIM_MS = 60_000;

/** Items of somebody who was deleted are suppressed for this long afterwards, whenever they happened. */
export const SUPPRESSED_AFTER_DELETION_MS = 30 * 86_400_000;
/** Rows that one commit of a deletion takes away, and how long its caller waits for the whole of it. */
export const ERASURE_CHUNK = 5000;
export const ERASURE_ANSWER_MS = 10_000;

/** Ingestion issues a workspace keeps; the oldest go, looked for after so many new ones per process. */
export const MAX_ISSUES = 10_000;
export const ISSUE_TRIM_INTERVAL = 500;

/** What may wait for the database; beyond it callers are told to come back (429). */
export const MAX_QUEUED_ITEMS = 20_000;
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** What one commit carries at the most. */
export const MAX_FLUSH_ITEMS = 500;
export const MAX_FLUSH_BYTES = 4 * 1024 * 1024;
/** A transaction that lost a race is repeated this often before the caller hears of it. */
export const MAX_TRANSACTION_TRIES = 6;

/** Items one publishable key may send from one address within a window; they may come all at once. */
export const PUBLISHABLE_ITEMS_PER_WINDOW = 6000;
export const PUBLISHABLE_WINDOW_SECONDS = 60;
/** How long a process trusts what it knows of a key; a revocation elsewhere shows within it. */
export const KEY_CACHE_MS = 5000;
/** A key's last use is kept to this grain. */
export const KEY_USE_GRAIN_MS = 60_000;
/** A rotated key works on for this long unless told otherwise, and at most for that. */
export const DEFAULT_KEY_OVERLAP_SECONDS = 86_400;
export const MAX_KEY_OVERLAP_SECONDS = 30 * 86_400;
/** A proof of identity is valid for this long at the most, and a visitor token for exactly that. */
export const MAX_PROOF_MS = 86_400_000;
export const VISITOR_TOKEN_MS = 86_400_000;
/** The longest JWT that is looked at, in characters. */
export const MAX_JWT_LENGTH = 4096;
/** Random bits an anonymousId must be able to hold before a visitor token is made for it. */
export const MIN_ANONYMOUS_ID_BITS = 128;
/** Origins on one publishable key's list. */
export const MAX_KEY_ORIGINS = 100;

/** A dashboard session ends when it was not used for this long, and however much it is used after the second. */
export const DASHBOARD_SESSION_MS = 12 * 3_600_000;
export const MAX_DASHBOARD_SESSION_MS = 7 * 86_400_000;
/** A session's last use is kept to this grain. */
export const DASHBOARD_USE_GRAIN_MS = 5 * 60_000;
/** How long a one-time sign-in link may be used. */
export const SIGN_IN_CODE_MS = 86_400_000;
/** An agent's name, in characters. */
export const MAX_AGENT_NAME = 100;
/** Sign-ins that may fail from one address within a window. */
export const FAILED_SIGN_INS_PER_WINDOW = 10;
export const SIGN_IN_WINDOW_SECONDS = 60;
/** Expired sessions and codes of a workspace that one sign-in clears away, of each kind. */
export const SWEPT_PER_SIGN_IN = 100;

/** Rows of a page that an export reads at once. The longest row is an item, so it holds no more than so many items. */
export const EXPORT_PAGE_ROWS = 250;
/** How long the link to an export may be used, which is once. */
export const EXPORT_LINK_MS = 10 * 60_000;
/** Whoever takes nothing of a file for so long is not waited for any longer. */
export const EXPORT_STALL_MS = 120_000;
