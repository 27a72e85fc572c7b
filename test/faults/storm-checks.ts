/**
 * What has to hold after a storm, worked out anew from the acknowledged items: each check answers what is wrong, one
 * line each.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Visitor } from '../../src/contract/visitor.ts';
import { toWire, type Uuid } from '../../src/ids.ts';
import { type Register, type Registers, stamp } from '../../src/services/register.ts';
import { LEAVER, type Storm } from './storm.ts';
import type { SentItem } from './storm-items.ts';
import { grouped, linkedFrom, newest, rootOf, type State, sessionUnder, storedUnder } from './storm-state.ts';

/** Every acknowledged message has exactly one row, under the record that it names; nothing else has one. */
export function lost(state: State, { acknowledged, accepted, anonymized, doomed }: Storm): string[] {
  const items = [...acknowledged.values()];
  const remembered = items.filter((item) => !isHeartbeat(item)).length + anonymized + doomed.accepted.size;
  const twice = [...accepted].filter(([id, times]) => times > 1 && !isHeartbeat(acknowledged.get(id) as SentItem));
  return [
    ...rowsOf(
      state.events,
      items.filter((item) => item.type === 'track'),
    ),
    ...rowsOf(
      state.pageViews,
      items.filter((item) => item.type === 'page'),
    ),
    ...(state.messages === remembered ? [] : [`${state.messages} messages for ${remembered} items`]),
    ...twice.map(([id, times]) => `${id} was accepted ${times} times`),
  ];

  function rowsOf(rows: State['events'], sent: readonly SentItem[]): string[] {
    const places = grouped(rows, (row) => row.message);
    const known = new Set(sent.map((item) => item.messageId));
    const strangers = rows
      .filter((row) => !known.has(row.message))
      .map((row) => `${row.message} was never acknowledged`);
    return sent
      .flatMap((item) => {
        const found = places.get(item.messageId) ?? [];
        if (found.length !== 1) return [`${item.messageId} has ${found.length} rows`];
        return found[0]?.record_id === storedUnder(state, item)
          ? []
          : [`${item.messageId} is stored under another record`];
      })
      .concat(strangers);
  }
}

/** Whoever was anonymized is found by no id they had, tells nothing, and counts what is there. */
export function recognised({ anonymized, identifiers }: State): string[] {
  return [
    ...[...identifiers.keys()].filter((name) => name.includes(LEAVER)).map((name) => `${name} is still known`),
    ...anonymized.filter(({ telling }) => telling > 0).map(({ id }) => `${id} still tells of somebody`),
    ...anonymized.filter(({ counts, rows }) => !isDeepStrictEqual(counts, rows)).map(({ id }) => `${id} is miscounted`),
  ];
}

/** Every record leads to a root, which has the one profile; edges and merges in force are the same things. */
export function orphaned(state: State): string[] {
  const faults: string[] = [];
  const edges = new Set<Uuid>();
  for (const record of state.records.values()) {
    const root = rootOf(state, record.id);
    if (root === undefined) faults.push(`${record.id} has no root`);
    if (root !== record.canonical_id) faults.push(`${record.id} names another root than it has`);
    if (state.profiles.has(record.id) !== (root === record.id)) faults.push(`${record.id} and its profile disagree`);
    if (record.parent_id === null) continue;
    const merge = state.merges.get(record.parent_merge_id ?? '');
    if (merge?.undone_at !== null) faults.push(`${record.id} hangs on a merge that is not in force`);
    if (merge?.source_record_id !== record.id || merge.target_record_id !== record.parent_id)
      faults.push(`${record.id} hangs elsewhere than its merge says`);
    edges.add(record.parent_merge_id ?? '');
  }
  for (const { id, undone_at, erased_at } of state.merges.values()) {
    if (undone_at === null && erased_at === null && !edges.has(id))
      faults.push(`the merge ${id} is in force without an edge`);
  }
  const rows = [...state.events, ...state.pageViews, ...state.sessions].map((row) => row.record_id);
  const ids = new Set([...rows, ...state.identifiers.values(), ...state.profiles.keys()]);
  return [...faults, ...[...ids].filter((id) => !state.records.has(id)).map((id) => `${id} has no record`)];
}

/** Counts equal rows, and times equal those of the items, on every record and on every visitor as it is answered. */
export function miscounted(state: State, { acknowledged }: Storm, visitors: readonly Visitor[]): string[] {
  const seen = new Map<Uuid, number[]>();
  for (const item of acknowledged.values()) {
    const touched = [storedUnder(state, item), linkedFrom(state, item)];
    if (item.sessionId !== undefined) touched.push(sessionUnder(state, item));
    for (const id of new Set(touched)) if (id) seen.set(id, [...(seen.get(id) ?? []), Date.parse(item.timestamp)]);
  }
  for (const { conversation_id, author, sent_at } of state.written) {
    const id = state.conversations.get(conversation_id)?.record_id;
    if (id && author === 'visitor') seen.set(id, [...(seen.get(id) ?? []), sent_at.getTime()]);
  }
  const count = (rows: readonly { record_id: Uuid }[]) => grouped(rows, (row) => row.record_id);
  const [events, pageViews, sessions] = [count(state.events), count(state.pageViews), count(state.sessions)];
  const expected = [...state.records.keys()].map((id) => ({
    id,
    events: events.get(id)?.length ?? 0,
    pageViews: pageViews.get(id)?.length ?? 0,
    sessions: sessions.get(id)?.length ?? 0,
    first: Math.min(...(seen.get(id) ?? [])),
  }));
  const onRecords = expected.filter(({ id, events, pageViews, sessions, first }) => {
    const row = state.records.get(id);
    const counts = [row?.event_count, row?.page_view_count, row?.session_count, row?.first_seen_at.getTime()];
    return !isDeepStrictEqual(counts, [events, pageViews, sessions, first]);
  });
  const trees = grouped(expected, ({ id }) => rootOf(state, id));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const onVisitors = [...trees].filter(([root, members]) => {
    const visitor = visitors.find(({ id }) => id === toWire('visitor', root ?? ''));
    const counts = [visitor?.eventCount, visitor?.sessionCount, Date.parse(visitor?.firstSeenAt ?? '')];
    const first = Math.min(...members.map((each) => each.first));
    return !isDeepStrictEqual(counts, [
      sum(members.map((each) => each.events)),
      sum(members.map((each) => each.sessions)),
      first,
    ]);
  });
  return [
    ...onRecords.map(({ id }) => `the record ${id} is miscounted`),
    ...onVisitors.map(([root]) => `the visitor ${root} is miscounted`),
    ...(trees.size === visitors.length ? [] : [`${visitors.length} visitors are listed of ${trees.size}`]),
    ...wrongSessions(state, [...acknowledged.values()]),
  ];
}

/** One session per (identifier, sessionId), from its first item, with its pages. */
function wrongSessions(state: State, items: readonly SentItem[]): string[] {
  const nameOf = (recordId: Uuid, clientId: string) => `${recordId} ${clientId}`;
  const expected = grouped(
    items.filter((item) => item.sessionId !== undefined),
    (item) => nameOf(sessionUnder(state, item), item.sessionId ?? ''),
  );
  const actual = new Map(state.sessions.map((row) => [nameOf(row.record_id, row.client_id), row]));
  const wrong = [...expected].filter(([name, members]) => {
    const row = actual.get(name);
    const pages = members.filter((item) => item.type === 'page').length;
    const start = Math.min(...members.map((item) => Date.parse(item.timestamp)));
    return row?.page_view_count !== pages || row.started_at.getTime() !== start;
  });
  return [
    ...wrong.map(([name]) => `the session ${name} is wrong`),
    ...(actual.size === expected.size ? [] : [`${actual.size} sessions of ${expected.size}`]),
  ];
}

/** Every value is the newest said of it: on every record, on every profile, and as it is answered. */
export function wrongValues(state: State, storm: Storm, visitors: readonly Visitor[]): string[] {
  const said = grouped(
    [...storm.acknowledged.values()].filter((item) => item.traits || item.type === 'alias'),
    (item) => storedUnder(state, item),
  );
  const faults: string[] = [];
  for (const { id, registers } of state.records.values()) {
    const expected = newest((said.get(id) ?? []).map(registersOf));
    const ingested = Object.entries(registers).filter(([key]) => !key.startsWith('attributes.edit-'));
    if (!isDeepStrictEqual(new Map(ingested), expected)) faults.push(`the record ${id} holds other values`);
  }
  const trees = grouped(state.records.values(), ({ id }) => rootOf(state, id) ?? '');
  for (const [root, members] of trees) {
    const choices = members.map(({ parent_merge_id: id }) => state.merges.get(id ?? '')?.registers ?? {});
    const expected = newest([...members.map((member) => member.registers), ...choices]);
    const profile = new Map(Object.entries(state.profiles.get(root)?.registers ?? {}));
    if (!isDeepStrictEqual(profile, expected)) faults.push(`the profile ${root} holds other values`);
    const visitor = visitors.find(({ id }) => id === toWire('visitor', root));
    if (!visitor || !showsValues(visitor, expected)) faults.push(`the visitor ${root} shows other values`);
  }
  return [...faults, ...lostEdits(state, storm)];
}

function showsValues(visitor: Visitor, registers: ReadonlyMap<string, Register>): boolean {
  const value = (key: string) => registers.get(key)?.v ?? null;
  const company = value('company') as { id: string } | null;
  const attributes = [...registers].flatMap(([key, { v }]) =>
    key.startsWith('attributes.') && v !== undefined ? [[key.slice('attributes.'.length), v]] : [],
  );
  const expected = {
    ...Object.fromEntries(attributes), // Nobody names a company otherwise here, so each is called by its id.
    ...(company && { company: company.id }),
  };
  return (
    visitor.name === value('name') &&
    visitor.email === value('email') &&
    (visitor.company?.externalId ?? null) === (company?.id ?? null) &&
    isDeepStrictEqual(visitor.attributes, expected)
  );
}

function lostEdits({ records }: State, { edits }: Storm): string[] {
  return [...edits].flatMap(([attribute, last]) => {
    const kept = [...records.values()].map(({ registers }) => Number(registers[`attributes.${attribute}`]?.v ?? 0));
    return Math.max(...kept) === last ? [] : [`the edit ${last} of ${attribute} is lost`];
  });
}

function registersOf({ traits = {}, type, userId, timestamp, messageId }: SentItem): Registers {
  const values = Object.entries(traits).map(([key, value]) => {
    if (key === 'company') return [key, { id: value }];
    return [key === 'name' || key === 'email' ? key : `attributes.${key}`, value];
  });
  // A storm is sent by a server, whose word proves who it is about.
  if (userId !== undefined && type !== 'track' && type !== 'page') values.push(['verified', true]);
  return stamp(Object.fromEntries(values), { timestamp: Date.parse(timestamp), messageId });
}

function isHeartbeat(item: SentItem): boolean {
  return item.action === 'heartbeat';
}
