/** What happened, as the model keeps it: messages, edits and links in plain lists, nothing derived. */

/** A record, by the identifier it belongs to. */
export type RecordName = `user:${string}` | `anon:${string}`;

/** New values by profile key (`name`, `attributes.plan`, `company`, `browser` …); null removes. */
export type Values = Readonly<Record<string, unknown>>;

/** A company as somebody names it: absent and null names differ, as null takes a name away. */
export interface CompanyMention {
  readonly id: string;
  readonly name?: string | null;
}

/** A message as it is understood: its time is already by our clock. */
export interface Message {
  readonly id: string;
  readonly type: 'identify' | 'alias' | 'track' | 'page' | 'session' | 'update' | 'group';
  readonly user?: string | undefined;
  readonly anonymous?: string | undefined;
  /** The record that a `visitorId` names. */
  readonly visitor?: RecordName | undefined;
  /** Of an alias. */
  readonly previous?: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly session?: string | undefined;
  readonly action?: 'start' | 'heartbeat' | 'end' | undefined;
  /** Of a page view, or of the page a session item names. */
  readonly url?: string | undefined;
  readonly referrer?: string | undefined;
  /** `utm_source` of the url. */
  readonly campaign?: string | undefined;
  readonly values: Values;
  readonly company?: CompanyMention | undefined;
}

/** An edit by hand, kept by the survivor it was made on. */
export interface Edit {
  readonly record: RecordName;
  readonly id: string;
  readonly at: number;
  readonly values: Values;
}

/** A tag as a record keeps it. */
export interface Tagging {
  readonly record: RecordName;
  readonly tag: string;
}

/** A note as the record keeps it that it was written on. */
export interface NoteFact {
  readonly record: RecordName;
  readonly body: string;
}

/** A conversation: kept for ever by the record it began under. */
export interface Talk {
  readonly record: RecordName;
  readonly said: Saying[];
}

/** Something said in a conversation. */
export interface Saying {
  readonly byVisitor: boolean;
  /** When it arrived. */
  readonly at: number;
  /** When it counts as sent: after what was said before it. */
  readonly sentAt: number;
  read: boolean;
}

/** Somebody said what a company is called. */
export interface Naming {
  readonly company: CompanyMention;
  readonly at: number;
  readonly id: string;
}

/** A merge of any kind: an edge from a survivor to a record of another group. */
export interface Link {
  readonly kind: 'identify' | 'alias' | 'manual';
  readonly source: RecordName;
  readonly target: RecordName;
  /** What a manual merge chose; in force while the link is. */
  readonly choices: readonly Dated[];
  undone: boolean;
  /** The manual merge that let the two join again after this one was undone. */
  liftedBy: Link | null;
}

/** A value with what decides over it. */
export interface Dated {
  readonly key: string;
  readonly value: unknown;
  readonly at: number;
  readonly id: string;
}

/** A person, as far as the model tells: what the API answers, with names for ids. */
export interface Person {
  readonly id: RecordName;
  readonly userId: string | null;
  readonly values: Readonly<Record<string, unknown>>;
  readonly companyName: string | null;
  readonly events: number;
  readonly pageViews: number;
  readonly sessions: number;
  readonly contact: Contact;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly mergedFrom: readonly RecordName[];
  readonly tags: readonly string[];
  readonly notes: number;
}

/** What conversations come to. */
export interface Contact {
  readonly conversations: number;
  /** Of the visitor's own. */
  readonly messages: number;
  readonly firstContactAt: number | null;
  readonly lastMessageAt: number | null;
}

/** A visit: every item that named it, folded. */
export interface Visit {
  readonly record: RecordName;
  readonly clientId: string;
  readonly startedAt: number;
  readonly lastActivityAt: number;
  readonly endedAt: number | null;
  readonly pageViews: number;
  /** Address, referrer and campaign: each of the first page view or start that has one. */
  readonly began: readonly (string | null)[];
}

/** The record that receives a message. */
export function storedUnder({ user, anonymous, visitor }: Message): RecordName {
  if (user !== undefined) return `user:${user}`;
  if (anonymous !== undefined) return `anon:${anonymous}`;
  if (visitor === undefined) throw new Error('A message is about nobody.');
  return visitor;
}

/** The record that keeps the message's session, if it names one. */
export function sessionUnder(message: Message): RecordName | null {
  if (message.session === undefined) return null;
  return message.anonymous === undefined ? storedUnder(message) : `anon:${message.anonymous}`;
}

/** The anonymous record that a message says is its user. */
export function linkedFrom({ type, user, anonymous, previous }: Message): RecordName | null {
  if (type === 'alias') return previous === undefined || previous === user ? null : `anon:${previous}`;
  return type === 'identify' && anonymous !== undefined ? `anon:${anonymous}` : null;
}

/** The records whose owner was seen by this message. */
export function seenBy(message: Message): RecordName[] {
  return [storedUnder(message), sessionUnder(message), linkedFrom(message)].filter((name) => name !== null);
}

/** Until when a message shows activity: heartbeats count to the minute. */
export function activeUntil({ type, action, at }: Message): number {
  return type === 'session' && action === 'heartbeat' ? at - (at % 60_000) : at;
}
