/** Says the same facts twice, once from the database and once from the model, so that they can be compared. */
import type { Visitor } from '../../src/contract/visitor.ts';
import {
  activeUntil,
  type Contact,
  type Person,
  type RecordName,
  seenBy,
  sessionUnder,
  storedUnder,
} from './history.ts';
import type { Oracle } from './oracle.ts';
import { contactOf, signsOf } from './oracle-profile.ts';
import { namesOf, type RecordRow, type Store } from './store.ts';

/** Facts about a workspace, in an order that depends on nothing. */
export interface Facts {
  readonly records: unknown;
  readonly people: unknown;
  readonly profiles: unknown;
  readonly history: unknown;
  readonly visits: unknown;
  readonly talks: unknown;
  readonly links: unknown;
  readonly tags: unknown;
  readonly notes: unknown;
}

/** What the database says. */
export function storedFacts(store: Store): Facts {
  const name = namesOf(store.records);
  const visit = (id: string | null) => {
    const session = store.sessions.find((each) => each.id === id);
    return session ? `${name(session.record_id)} ${session.client_id}` : id;
  };
  return {
    records: byKey(store.records, (record) => [
      record.name,
      {
        parent: name(record.parent_id),
        survivor: name(record.canonical_id),
        root: name(rootOf(record, store.records)),
        edge: store.links.findIndex((link) => link.id === record.parent_merge_id),
        counts: [record.event_count, record.page_view_count, record.session_count],
        contact: storedContact(record),
        seen: [record.first_seen, record.last_seen],
      },
    ]),
    people: byKey(store.visitors, (visitor) => [name(visitor.id), answered(visitor, name)]),
    profiles: byKey(store.profiles, (row) => [
      name(row.id),
      [row.event_count, row.page_view_count, row.session_count, row.message_count_log2, storedContact(row)],
    ]),
    history: [...store.events, ...store.pageViews]
      .map((row) => [row.message, name(row.record_id), visit(row.session_id), row.at].join(' '))
      .sort(),
    visits: byKey(store.sessions, (row) => [
      visit(row.id),
      [row.started, row.last_activity, row.ended, row.page_view_count, row.landing_url, row.referrer, row.campaign],
    ]),
    talks: store.talks.map((row) => [
      name(row.record_id),
      [row.message_count, row.unread_by_visitor, row.unread_by_agents, row.last_message],
      row.said.map(({ author, sent, read }) => [author === 'visitor', sent, read]),
    ]),
    links: store.links.map((link) => ({
      kind: link.kind,
      source: name(link.source_record_id),
      target: name(link.target_record_id),
      undone: link.undone,
    })),
    tags: store.tags.map((row) => `${name(row.record_id)} ${row.text}`).sort(),
    notes: store.notes.map((row) => `${name(row.record_id)} ${row.text}`).sort(),
  };
}

/** What the model says. */
export function expectedFacts(oracle: Oracle): Facts {
  const people = oracle.people();
  return {
    records: byKey([...oracle.records], (record) => [record, expectedRecord(oracle, record)]),
    people: byKey(people, (person) => [person.id, expectedPerson(person)]),
    profiles: byKey(people, ({ id, events, pageViews, sessions, contact }) => {
      const coarse = Math.floor(Math.log2(contact.messages + 1));
      return [id, [events, pageViews, sessions, coarse, contact]];
    }),
    history: oracle.messages
      .filter(({ type }) => type === 'track' || type === 'page')
      .map((message) => {
        const session = sessionUnder(message);
        return [message.id, storedUnder(message), session && `${session} ${message.session}`, message.at].join(' ');
      })
      .sort(),
    visits: byKey(oracle.visits(), (visit) => [
      `${visit.record} ${visit.clientId}`,
      [visit.startedAt, visit.lastActivityAt, visit.endedAt, visit.pageViews, ...visit.began],
    ]),
    talks: oracle.talks.map(({ record, said }) => [
      record,
      [said.length, unread(said, false), unread(said, true), said.at(-1)?.sentAt],
      said.map(({ byVisitor, sentAt, read }) => [byVisitor, sentAt, read]),
    ]),
    links: oracle.links.map(({ kind, source, target, undone }) => ({ kind, source, target, undone })),
    tags: oracle.taggings.map(({ record, tag }) => `${record} ${tag}`).sort(),
    notes: oracle.notes.map(({ record, body }) => `${record} ${body}`).sort(),
  };
}

function unread(said: Oracle['talks'][number]['said'], byVisitor: boolean): number {
  return said.filter((each) => each.byVisitor === byVisitor && !each.read).length;
}

function storedContact(row: Omit<Store['profiles'][number], 'message_count_log2'>): Contact {
  return {
    conversations: row.conversation_count,
    messages: row.message_count,
    firstContactAt: row.first_contact,
    lastMessageAt: row.last_message,
  };
}

function expectedRecord(oracle: Oracle, record: RecordName) {
  const edge = oracle.links.findIndex((link) => link.source === record && !link.undone);
  const own = oracle.messages.filter((message) => storedUnder(message) === record);
  const seen = oracle.messages.filter((message) => seenBy(message).includes(record));
  const signs = signsOf(oracle, new Set([record]));
  const survivor = oracle.survivor(record);
  return {
    parent: oracle.links[edge]?.target ?? null,
    survivor,
    root: survivor,
    edge,
    counts: [
      own.filter(({ type }) => type === 'track').length,
      own.filter(({ type }) => type === 'page').length,
      oracle.visits().filter((visit) => visit.record === record).length,
    ],
    contact: contactOf(oracle, new Set([record])),
    seen: [Math.min(...seen.map(({ at }) => at), ...signs), Math.max(...seen.map(activeUntil), ...signs)],
  };
}

/** The fields of a visitor that history decides. */
function answered(visitor: Visitor, name: (id: string) => RecordName | null) {
  const { userId, identified, known, eventCount, sessionCount, repeat, company, device } = visitor;
  const { email, avatarUrl, attributes, location, browser, os, createdAt } = visitor;
  return {
    ...{ userId, identified, known, verified: visitor.verified, eventCount, sessionCount, repeat, device },
    ...{ name: visitor.name, email, avatarUrl, attributes, location, browser, os, createdAt },
    firstSeenAt: Date.parse(visitor.firstSeenAt),
    lastSeenAt: Date.parse(visitor.lastSeenAt),
    company: company && [company.externalId, company.name],
    tags: visitor.tags,
    contact: {
      conversations: visitor.conversationCount,
      messages: visitor.messageCount,
      firstContactAt: visitor.firstContactAt && Date.parse(visitor.firstContactAt),
      lastMessageAt: visitor.lastMessageAt && Date.parse(visitor.lastMessageAt),
    },
    mergedFrom: visitor.mergedFrom.map((id) => name(id)).sort(),
  };
}

function expectedPerson({ userId, values, companyName, ...person }: Person) {
  const company = values.company as { id: string } | undefined;
  const attributes = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      key.startsWith('attributes.') ? [[key.slice('attributes.'.length), value]] : [],
    ),
  );
  const text = (key: string) => values[key] ?? null;
  const nothing = { name: null, version: null };
  return {
    ...{ userId, identified: userId !== null, known: text('name') !== null || text('email') !== null },
    verified: values.verified === true,
    ...{ eventCount: person.events, sessionCount: person.sessions, repeat: person.sessions >= 2 },
    ...{ device: text('device'), name: text('name'), email: text('email'), avatarUrl: text('avatarUrl') },
    attributes: company ? { ...attributes, company: companyName } : attributes,
    location: { city: null, country: null, timezone: null, ...(values.location ?? {}) },
    browser: values.browser ?? nothing,
    os: values.os ?? nothing,
    createdAt: attributes.createdAt ?? null,
    firstSeenAt: person.firstSeenAt,
    lastSeenAt: person.lastSeenAt,
    company: company ? [company.id, companyName] : null,
    tags: person.tags,
    contact: person.contact,
    mergedFrom: [...person.mergedFrom].sort(),
  };
}

/** Walks the edges themselves; a circle ends the test. */
function rootOf(record: RecordRow, records: readonly RecordRow[]): string {
  let at: RecordRow | undefined = record;
  for (let steps = 0; at && steps <= records.length; steps++) {
    const parent: string | null = at.parent_id;
    if (parent === null) return at.id;
    at = records.find(({ id }) => id === parent);
  }
  throw new Error('The records do not form trees.');
}

/** An object with sorted keys; a key that comes twice ends the test. */
function byKey<Row>(rows: readonly Row[], entry: (row: Row) => [string | null, unknown]): Record<string, unknown> {
  const entries = rows.map(entry).sort(([left], [right]) => (String(left) < String(right) ? -1 : 1));
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw new Error('Two rows have one name.');
  return Object.fromEntries(entries);
}
