/** What the database holds after a storm, read as it is, and what the acknowledged items say it should hold. */
import { fromWire, type Uuid } from '../../src/ids.ts';
import type { Database } from '../../src/infra/database.ts';
import { sql } from '../../src/infra/sql.ts';
import type { Register, Registers } from '../../src/services/register.ts';
import type { SentItem } from './storm-items.ts';

/** A row of `record`. */
export interface RecordRow {
  readonly id: Uuid;
  readonly parent_id: Uuid | null;
  readonly parent_merge_id: Uuid | null;
  readonly canonical_id: Uuid;
  readonly registers: Registers;
  readonly event_count: number;
  readonly page_view_count: number;
  readonly session_count: number;
  readonly conversation_count: number;
  readonly message_count: number;
  readonly first_contact_at: Date | null;
  readonly last_message_at: Date | null;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
}

/** A row of `merge`. */
export interface MergeRow {
  readonly id: Uuid;
  readonly source_record_id: Uuid;
  readonly target_record_id: Uuid;
  readonly registers: Registers;
  readonly undone_at: Date | null;
  /** One of its sides was deleted: there is no edge any more. */
  readonly erased_at: Date | null;
}

/** An event or page view: whose it is, and the message it came with. */
export interface HistoryRow {
  readonly record_id: Uuid;
  readonly session_id: Uuid | null;
  readonly message: string;
}

/** A row of `session`. */
export interface SessionRow {
  readonly id: Uuid;
  readonly record_id: Uuid;
  readonly client_id: string;
  readonly started_at: Date;
  readonly page_view_count: number;
}

/** A record that was anonymized: what it counts, and what is there. It and what hangs on it are nowhere else here. */
export interface AnonymizedRow {
  readonly id: Uuid;
  readonly counts: readonly number[];
  readonly rows: readonly number[];
  /** Rows that still tell something of the person. */
  readonly telling: number;
}

/** A row of `conversation`. */
export interface ConversationRow {
  readonly id: Uuid;
  readonly record_id: Uuid;
  readonly message_count: number;
  readonly unread_by_visitor: number;
  readonly unread_by_agents: number;
  readonly last_message_at: Date;
}

/** A row of `message`. */
export interface WrittenRow {
  readonly id: Uuid;
  readonly conversation_id: Uuid;
  readonly author: string;
  readonly body: string;
  readonly sent_at: Date;
  readonly read_at: Date | null;
}

/** Everything that a check looks at. One server's database holds one workspace here. */
export interface State {
  readonly records: ReadonlyMap<Uuid, RecordRow>;
  /** `user <id>` and `anon <id>` → record. */
  readonly identifiers: ReadonlyMap<string, Uuid>;
  readonly profiles: ReadonlyMap<Uuid, { readonly registers: Registers }>;
  readonly merges: ReadonlyMap<Uuid, MergeRow>;
  readonly events: readonly HistoryRow[];
  readonly pageViews: readonly HistoryRow[];
  readonly sessions: readonly SessionRow[];
  readonly messages: number;
  readonly anonymized: readonly AnonymizedRow[];
  readonly conversations: ReadonlyMap<Uuid, ConversationRow>;
  /** What was written in them, in order. */
  readonly written: readonly WrittenRow[];
}

const gone = sql`SELECT id FROM record WHERE anonymized_at IS NOT NULL`;

/** Reads all of it. */
export async function readState(db: Database): Promise<State> {
  const byId = <Row extends { id: Uuid }>(rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]));
  const identifiers = await db.rows<{ name: string; record_id: Uuid }>(sql`/* storm.identifiers */
    SELECT kind || ' ' || value AS name, record_id FROM identifier`);
  const [messages] = await db.rows<{ count: number }>(sql`/* storm.messages */
    SELECT count(*)::int AS count FROM message_id`);
  return {
    records: byId(
      await db.rows<RecordRow>(sql`/* storm.records */
      SELECT * FROM record WHERE anonymized_at IS NULL`),
    ),
    identifiers: new Map(identifiers.map((row) => [row.name, row.record_id])),
    profiles: byId(
      await db.rows<{ id: Uuid; registers: Registers }>(sql`/* storm.profiles */
      SELECT id, registers FROM profile WHERE id NOT IN (${gone})`),
    ),
    merges: byId(
      await db.rows<MergeRow>(sql`/* storm.merges */
      SELECT * FROM merge WHERE source_record_id NOT IN (${gone})`),
    ),
    events: await db.rows(sql`/* storm.events */
      SELECT record_id, session_id, properties->>'message' AS message FROM event WHERE record_id NOT IN (${gone})`),
    pageViews: await db.rows(sql`/* storm.page_views */
      SELECT record_id, session_id, replace(url, '/pages/', '') AS message FROM page_view
      WHERE record_id NOT IN (${gone})`),
    sessions: await db.rows(sql`/* storm.sessions */ SELECT * FROM session WHERE record_id NOT IN (${gone})`),
    messages: messages?.count ?? 0,
    anonymized: await db.rows<AnonymizedRow>(sql`/* storm.anonymized */
      SELECT id, ARRAY[event_count, page_view_count, session_count] AS counts,
        ARRAY[(SELECT count(*)::int FROM event WHERE record_id = r.id),
          (SELECT count(*)::int FROM page_view WHERE record_id = r.id),
          (SELECT count(*)::int FROM session WHERE record_id = r.id)] AS rows,
        (SELECT count(*)::int FROM event WHERE record_id = r.id AND properties <> '{}')
          + (SELECT count(*)::int FROM session WHERE record_id = r.id AND client_id <> id::text)
          + (SELECT count(*)::int FROM identifier WHERE record_id = r.id)
          + (r.registers <> '{}')::int AS telling
      FROM record r WHERE anonymized_at IS NOT NULL`),
    conversations: byId(await db.rows<ConversationRow>(sql`/* storm.conversations */ SELECT * FROM conversation`)),
    written: await db.rows(sql`/* storm.written */ SELECT * FROM message ORDER BY conversation_id, sent_at, id`),
  };
}

/** The record an item is stored under: its userId's, else its anonymousId's, else the one it names. */
export function storedUnder(state: State, { userId, anonymousId, visitorId = '' }: SentItem): Uuid {
  return identified(state, userId, anonymousId) ?? (fromWire('visitor', visitorId) as Uuid);
}

/** The record that keeps an item's session: its anonymousId's first. */
export function sessionUnder(state: State, { userId, anonymousId, visitorId = '' }: SentItem): Uuid {
  return (
    identified(state, anonymousId === undefined ? userId : undefined, anonymousId) ??
    (fromWire('visitor', visitorId) as Uuid)
  );
}

/** The anonymous visitor's record that an item links. */
export function linkedFrom(state: State, { type, anonymousId, previousId }: SentItem): Uuid | undefined {
  if (type === 'alias') return identified(state, undefined, previousId);
  return type === 'identify' ? identified(state, undefined, anonymousId) : undefined;
}

/** The survivor above a record, found by walking up its edges; undefined where they lead in a circle or nowhere. */
export function rootOf({ records }: State, id: Uuid): Uuid | undefined {
  const path = new Set<Uuid>();
  let record = records.get(id);
  for (; record && record.parent_id !== null && !path.has(record.id); record = records.get(record.parent_id)) {
    path.add(record.id);
  }
  return record?.parent_id === null ? record.id : undefined;
}

/** Per key the register with the greatest (time, message id). */
export function newest(sets: readonly Registers[]): Map<string, Register> {
  const winners = new Map<string, Register>();
  for (const [key, register] of sets.flatMap((set) => Object.entries(set))) {
    const known = winners.get(key);
    if (!known || register.t > known.t || (register.t === known.t && register.m > known.m)) winners.set(key, register);
  }
  return winners;
}

/** Things by what they have in common. */
export function grouped<Thing, Key>(things: Iterable<Thing>, keyOf: (thing: Thing) => Key): Map<Key, Thing[]> {
  const groups = new Map<Key, Thing[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}

function identified({ identifiers }: State, userId?: string, anonymousId?: string): Uuid | undefined {
  if (userId !== undefined) return identifiers.get(`user ${userId}`);
  return anonymousId === undefined ? undefined : identifiers.get(`anon ${anonymousId}`);
}
