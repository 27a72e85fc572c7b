/**
 * What every column of every table holds, how its row is reached from a person, and what becomes of it when they are
 * deleted or anonymized. Deletion, anonymizing, export and their tests go by it; a test compares it with the database.
 */

import type { ColumnClass, Deletion, TablePrivacy } from './privacy-class.ts';

const NOBODYS = { reach: 'nobody', deletion: 'stays', anonymizing: 'nothing' } as const;
const KNOWN_BY_HASH = { reach: 'hash', deletion: 'stays', anonymizing: 'nothing' } as const;
const HISTORY = { reach: 'record_id', deletion: 'chunks', anonymizing: 'columns' } as const;
const ATTACHED = { reach: 'record_id', deletion: 'at_once', anonymizing: 'columns' } as const;
const TAKEN_AWAY = { reach: 'record_id', deletion: 'at_once', anonymizing: 'rows' } as const;
const DERIVED = { reach: 'profile', deletion: 'at_once', anonymizing: 'columns' } as const;

/** Every table, by its name. */
export const PRIVACY_MAP = {
  record: {
    reach: 'record',
    deletion: 'last',
    anonymizing: 'columns',
    columns: {
      key: 'workspace_id id parent_id parent_merge_id canonical_id',
      state: 'answered',
      time: 'created_at first_seen_at last_seen_at first_contact_at last_message_at erased_at anonymized_at',
      count: 'event_count page_view_count session_count conversation_count message_count',
      author: 'anonymized_by',
      reduced: 'registers',
    },
  },
  identifier: {
    ...TAKEN_AWAY,
    columns: { key: 'workspace_id record_id', state: 'kind', identifier: 'value' },
  },
  profile: {
    ...DERIVED,
    columns: {
      key: 'workspace_id id',
      identifier: 'user_id',
      value:
        'name email phone avatar_url attributes company_id device name_folded email_folded name_sort email_sort search_words',
      reduced: 'location browser os registers',
      vocabulary: 'tags',
      state: 'identified known verified',
      time: 'created_at',
    },
  },
  profile_activity: {
    ...DERIVED,
    columns: {
      key: 'workspace_id id',
      time: 'first_seen_at last_seen_at first_contact_at last_message_at last_seen_minute',
      count:
        'event_count page_view_count session_count message_count conversation_count event_count_log2 session_count_log2 message_count_log2',
    },
  },
  merge: {
    reach: 'ends',
    deletion: 'tombstone',
    anonymizing: 'columns',
    columns: {
      key: 'workspace_id id source_record_id target_record_id target_survivor_id lifted_by_merge_id',
      state: 'kind',
      // The hash of a plan is made of values without a key, so it can be guessed at.
      value: 'registers plan_hash',
      time: 'created_at undone_at erased_at',
      author: 'by undone_by',
    },
  },
  merge_suggestion: {
    reach: 'ends',
    deletion: 'at_once',
    anonymizing: 'rows',
    columns: {
      key: 'workspace_id id source_record_id target_record_id',
      state: 'reason',
      time: 'created_at dismissed_at',
    },
  },
  visitor_edit: {
    ...TAKEN_AWAY,
    columns: {
      key: 'workspace_id id record_id',
      vocabulary: 'field',
      value: 'value',
      author: 'by',
      time: 'edited_at',
    },
  },
  session: {
    ...HISTORY,
    columns: {
      key: 'workspace_id id record_id',
      identifier: 'client_id',
      time: 'started_at last_activity_at ended_at landing_at referrer_at utm_at',
      count: 'page_view_count',
      reduced: 'landing_url',
      value: 'referrer utm',
      hash: 'landing_message referrer_message utm_message',
    },
  },
  page_view: {
    ...HISTORY,
    columns: {
      key: 'workspace_id id record_id session_id',
      reduced: 'url',
      text: 'page',
      value: 'title referrer',
      time: 'timestamp received_at',
      state: 'source',
    },
  },
  event: {
    ...HISTORY,
    columns: {
      key: 'workspace_id id record_id session_id',
      vocabulary: 'name',
      value: 'properties',
      time: 'timestamp received_at',
      state: 'source',
    },
  },
  conversation: {
    ...HISTORY,
    columns: {
      key: 'workspace_id id record_id',
      text: 'subject',
      state: 'status',
      time: 'created_at last_message_at',
      author: 'by',
      count: 'message_count unread_by_visitor unread_by_agents',
    },
  },
  message: {
    reach: 'conversation_id',
    deletion: 'chunks',
    anonymizing: 'columns',
    columns: {
      key: 'workspace_id id conversation_id',
      state: 'author type',
      author: 'author_name by',
      text: 'body',
      time: 'sent_at read_at',
    },
  },
  visitor_tag: {
    ...ATTACHED,
    columns: { key: 'workspace_id record_id', vocabulary: 'tag', time: 'created_at', author: 'by' },
  },
  note: {
    ...ATTACHED,
    columns: {
      key: 'workspace_id id record_id',
      text: 'body',
      time: 'created_at updated_at',
      author: 'by updated_by',
    },
  },
  legal_hold: { ...ATTACHED, columns: { key: 'workspace_id record_id', time: 'placed_at', author: 'by' } },
  visitor_export: {
    ...TAKEN_AWAY,
    columns: {
      key: 'workspace_id id record_id',
      state: 'format',
      time: 'created_at expires_at',
      author: 'by',
      credential: 'link_hash',
    },
  },
  idempotency: {
    reach: 'workspace',
    deletion: 'at_once',
    anonymizing: 'rows',
    columns: {
      key: 'workspace_id key_id',
      hash: 'hash request_hash',
      state: 'status outlives_erasure',
      value: 'body headers',
      time: 'created_at',
    },
  },
  message_id: { ...KNOWN_BY_HASH, columns: { key: 'workspace_id', hash: 'hash', time: 'received_on' } },
  suppression: { ...KNOWN_BY_HASH, columns: { key: 'workspace_id erasure_id', hash: 'hash', time: 'until' } },
  erasure: {
    ...KNOWN_BY_HASH,
    columns: {
      key: 'workspace_id id record_ids',
      state: 'status',
      time: 'deleted_at',
      author: 'by',
      count: 'counts total done position',
      hash: 'identifier_hashes previous_hash hash',
    },
  },
  ingestion_issue: {
    ...KNOWN_BY_HASH,
    columns: {
      key: 'workspace_id id key_id',
      state: 'code item_type',
      vocabulary: 'pointer',
      hash: 'message_hash identifier_hash',
      time: 'created_at',
    },
  },
  workspace: {
    ...NOBODYS,
    columns: { key: 'id', vocabulary: 'name', credential: 'hash_key', time: 'created_at' },
  },
  api_key: {
    ...NOBODYS,
    columns: {
      key: 'id workspace_id',
      state: 'kind scopes origins',
      vocabulary: 'name',
      credential: 'hash hint',
      time: 'created_at last_used_at expires_at revoked_at',
      author: 'created_by',
    },
  },
  settings: { ...NOBODYS, columns: { key: 'workspace_id', state: 'identity_verification' } },
  identity_secret: {
    ...NOBODYS,
    columns: {
      key: 'workspace_id id',
      credential: 'secret',
      time: 'created_at expires_at',
      author: 'created_by',
    },
  },
  identity_lock: { ...NOBODYS, columns: { key: 'workspace_id' } },
  retention: {
    ...NOBODYS,
    columns: { key: 'workspace_id', state: 'kind', count: 'days', time: 'changed_at', author: 'by' },
  },
  job_lease: {
    ...NOBODYS,
    columns: { state: 'name', key: 'holder', time: 'until last_run_at', count: 'last_result' },
  },
  company: {
    ...NOBODYS,
    columns: {
      key: 'workspace_id id',
      vocabulary: 'external_id name attributes registers',
      time: 'created_at',
    },
  },
  attribute_key: {
    ...NOBODYS,
    columns: { key: 'workspace_id', state: 'owner types', vocabulary: 'key', time: 'first_seen_at' },
  },
  event_name: { ...NOBODYS, columns: { key: 'workspace_id', vocabulary: 'name', time: 'first_seen_at' } },
  dashboard_session: {
    ...NOBODYS,
    columns: {
      key: 'workspace_id key_id',
      credential: 'hash',
      author: 'agent_name',
      time: 'created_at last_used_at expires_at',
    },
  },
  sign_in_code: {
    ...NOBODYS,
    columns: { key: 'workspace_id key_id', credential: 'hash', time: 'created_at expires_at' },
  },
} as const satisfies Readonly<Record<string, TablePrivacy>>;

/** A table that is in the map. */
export type Table = keyof typeof PRIVACY_MAP;

/** The tables that deletion treats in this way; a record over them misses none. */
export type TableWith<Way extends Deletion> = {
  [Name in Table]: (typeof PRIVACY_MAP)[Name]['deletion'] extends Way ? Name : never;
}[Table];

/** The tables of the map with what it says of each. */
export function privacyTables(): readonly (TablePrivacy & { readonly table: Table })[] {
  return Object.entries(PRIVACY_MAP).map(([table, privacy]) => ({ table: table as Table, ...privacy }));
}

/** What each column of a table holds, by its name. */
export function columnClasses(table: Table): ReadonlyMap<string, ColumnClass> {
  const { columns }: TablePrivacy = PRIVACY_MAP[table];
  const classes = Object.entries(columns) as [ColumnClass, string][];
  return new Map(classes.flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind] as const)));
}
