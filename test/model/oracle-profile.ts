/** What a group of records comes to, counted and folded from all messages each time. */
import type {
  CompanyMention,
  Contact,
  Dated,
  Edit,
  Link,
  Message,
  Naming,
  Person,
  RecordName,
  Talk,
  Visit,
} from './history.ts';
import { activeUntil, seenBy, sessionUnder, storedUnder } from './history.ts';

/** The history that profiles are made of. */
export interface Profiles {
  readonly messages: readonly Message[];
  readonly edits: readonly Edit[];
  readonly links: readonly Link[];
  readonly namings: readonly Naming[];
  readonly talks: readonly Talk[];
  hash(messageId: string): string;
}

/** The value by which a person belongs to a company. */
export function companyValue({ id }: CompanyMention): { id: string } {
  return { id };
}

/** A value with its date. */
export function datedAt(key: string, value: unknown, at: number, id: string): Dated {
  return { key, value, at, id };
}

/** Per key what was said last, over everything the group received and every choice of a link inside it. */
export function newestPerKey(history: Profiles, group: ReadonlySet<RecordName>): Dated[] {
  const said: Dated[] = [];
  for (const message of history.messages) if (group.has(storedUnder(message))) said.push(...valuesOf(message));
  for (const { record, values, at, id } of history.edits) {
    if (group.has(record)) said.push(...Object.entries(values).map(([key, value]) => datedAt(key, value, at, id)));
  }
  for (const { source, undone, choices } of history.links) if (!undone && group.has(source)) said.push(...choices);
  return newest(said);
}

/** Everything about a person but who they are. */
export function profileOf(
  history: Profiles,
  group: ReadonlySet<RecordName>,
): Omit<Person, 'id' | 'mergedFrom' | 'tags' | 'notes'> {
  const own = history.messages.filter((message) => group.has(storedUnder(message)));
  const seen = history.messages.filter((message) => seenBy(message).some((record) => group.has(record)));
  const values = Object.fromEntries(
    newestPerKey(history, group).flatMap(({ key, value }) => (value === null ? [] : [[key, value]])),
  );
  const company = values.company as { id: string } | undefined;
  const signs = signsOf(history, group);
  const firstSeenAt = Math.min(...seen.map((message) => message.at), ...signs);
  return {
    userId: userOf(history.links, group),
    values,
    companyName: company ? companyName(history, company.id) : null,
    events: own.filter(({ type }) => type === 'track').length,
    pageViews: own.filter(({ type }) => type === 'page').length,
    sessions: visitsOf(history).filter(({ record }) => group.has(record)).length,
    contact: contactOf(history, group),
    firstSeenAt,
    lastSeenAt: Math.max(firstSeenAt, ...seen.map(activeUntil), ...signs),
  };
}

/** What the conversations of some records come to. */
export function contactOf({ talks }: Pick<Profiles, 'talks'>, group: ReadonlySet<RecordName>): Contact {
  const own = talks.filter(({ record }) => group.has(record));
  const said = own.flatMap((talk) => talk.said);
  const theirs = said.filter(({ byVisitor }) => byVisitor).map(({ sentAt }) => sentAt);
  return {
    conversations: own.length,
    messages: theirs.length,
    firstContactAt: theirs.length > 0 ? Math.min(...theirs) : null,
    lastMessageAt: said.length > 0 ? Math.max(...said.map(({ sentAt }) => sentAt)) : null,
  };
}

/** When visitors wrote themselves, which shows that they are there. */
export function signsOf({ talks }: Pick<Profiles, 'talks'>, group: ReadonlySet<RecordName>): number[] {
  const own = talks.filter(({ record }) => group.has(record)).flatMap(({ said }) => said);
  return own.filter(({ byVisitor }) => byVisitor).map(({ at }) => at);
}

/** Every visit: all items of one session id under one record. */
export function visitsOf(history: Profiles): Visit[] {
  const visits = new Map<string, [RecordName, string, Message[]]>();
  for (const message of history.messages) {
    const record = sessionUnder(message);
    if (record === null || message.session === undefined) continue;
    const key = JSON.stringify([record, message.session]);
    const [, , items] = visits.get(key) ?? [record, message.session, []];
    visits.set(key, [record, message.session, [...items, message]]);
  }
  return [...visits.values()].map(([record, clientId, items]) => {
    const ends = items.filter(({ action }) => action === 'end').map(({ at }) => at);
    const pages = items.filter(({ type }) => type === 'page');
    const arrivals = items.filter(({ type, action }) => type === 'page' || action === 'start');
    arrivals.sort((left, right) => left.at - right.at || (history.hash(left.id) < history.hash(right.id) ? -1 : 1));
    return {
      record,
      clientId,
      startedAt: Math.min(...items.map(({ at }) => at)),
      lastActivityAt: Math.max(...items.map(activeUntil)),
      endedAt: ends.length > 0 ? Math.max(...ends) : null,
      pageViews: pages.length,
      began: (['url', 'referrer', 'campaign'] as const).map(
        (what) => arrivals.find((item) => item[what] !== undefined)?.[what] ?? null,
      ),
    };
  });
}

/**
 * The userId of a group: its links replayed in their order, each time the target's userId stays, or the source's is
 * adopted.
 */
function userOf(links: readonly Link[], group: ReadonlySet<RecordName>): string | null {
  const sets = [...group].map((record) => ({
    records: new Set([record]),
    user: record.startsWith('user:') ? record.slice('user:'.length) : null,
  }));
  for (const { source, target, undone } of links) {
    const from = sets.find(({ records }) => records.has(source));
    const into = sets.find(({ records }) => records.has(target));
    if (undone || !from || !into) continue;
    for (const record of from.records) into.records.add(record);
    into.user ??= from.user;
    sets.splice(sets.indexOf(from), 1);
  }
  return sets[0]?.user ?? null;
}

/** What a company is called: the last name anybody gave it, else its id. */
function companyName(history: Profiles, id: string): string {
  const given = history.namings.filter(({ company }) => company.id === id);
  const [last] = newest(given.map((each) => datedAt('name', each.company.name, each.at, each.id)));
  return typeof last?.value === 'string' ? last.value : id;
}

function valuesOf({ values, company, at, id }: Message): Dated[] {
  const said = company ? { ...values, company: companyValue(company) } : values;
  return Object.entries(said).map(([key, value]) => datedAt(key, value, at, id));
}

function newest(said: readonly Dated[]): Dated[] {
  const winners = new Map<string, Dated>();
  for (const each of said) {
    const winner = winners.get(each.key);
    if (!winner || each.at > winner.at || (each.at === winner.at && each.id > winner.id)) winners.set(each.key, each);
  }
  return [...winners.values()];
}
