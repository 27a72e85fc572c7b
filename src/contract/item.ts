/** What the pipeline carries: items that were parsed, cleaned and dated. Nothing behind this line checks again. */
import type { Uuid } from '../ids.ts';

/** A profile key: `name`, `email`, `phone`, `avatarUrl`, `company`, `browser`, `os`, `device`, `location`, `verified`, `attributes.<key>`. */
export type RegisterKey = string;

/** New values by key; `null` removes. Objects and lists are one value each. */
export type Values = Readonly<Record<RegisterKey, unknown>>;

/** Who an item is about, as the sender named them. At least one is set. */
export interface Who {
  readonly userId?: string | undefined;
  readonly anonymousId?: string | undefined;
  /** Only with a secret key. */
  readonly visitorId?: Uuid | undefined;
}

interface Common {
  readonly messageId: string;
  /** Hex of the first 16 bytes of HMAC-SHA256(workspace key, messageId). */
  readonly messageHash: string;
  readonly who: Who;
  /** When it happened, by our clock: milliseconds since 1970, never later than `receivedAt`. */
  readonly timestamp: number;
  readonly receivedAt: number;
  /** The client's session id. */
  readonly sessionId?: string | undefined;
  readonly source: 'browser' | 'server';
  /** Registers that come with any item: `browser`, `os`, `device`, `location`. */
  readonly surroundings: Values;
  /** Whether the userId was proven, of items that say so on its record (identify, update, group, alias). */
  readonly verified?: boolean | undefined;
  /** Size as JSON, for the queue's bound. */
  readonly bytes: number;
}

/** A company as traits or `group` name it; `values` are registers: `name`, `attributes.<key>`. */
export interface CompanyMention {
  readonly externalId: string;
  readonly values: Values;
}

/** Says who a visitor is: traits of a userId, and the anonymous visitor it was so far. */
export interface Identify extends Common {
  readonly type: 'identify';
  readonly who: Who & { readonly userId: string };
  readonly traits: Values;
  readonly company?: CompanyMention | undefined;
}

/** Sets or removes traits of whoever it is about. */
export interface Update extends Common {
  readonly type: 'update';
  readonly traits: Values;
  readonly company?: CompanyMention | undefined;
}

/** Something a visitor did. */
export interface Track extends Common {
  readonly type: 'track';
  readonly name: string;
  /** JSON text of the cleaned properties. */
  readonly properties: string;
}

/** A page a visitor saw. */
export interface PageViewItem extends Common {
  readonly type: 'page';
  readonly url: string;
  readonly page?: string | undefined;
  readonly title?: string | undefined;
  readonly referrer?: string | undefined;
  /** `utm_*` parameters of the url, without the prefix. */
  readonly utm?: Readonly<Record<string, string>> | undefined;
}

/** The beginning, a sign of life or the end of a visit. */
export interface SessionItem extends Common {
  readonly type: 'session';
  readonly action: 'start' | 'heartbeat' | 'end';
  readonly sessionId: string;
  readonly page?: string | undefined;
  readonly referrer?: string | undefined;
  /** Of `page`, when that is an address. */
  readonly utm?: Readonly<Record<string, string>> | undefined;
}

/** Says which company a visitor belongs to. */
export interface Group extends Common {
  readonly type: 'group';
  readonly company: CompanyMention;
}

/** Says that an anonymousId was a userId all along. */
export interface Alias extends Common {
  readonly type: 'alias';
  readonly who: Who & { readonly userId: string };
  /** The anonymousId that turns out to be `userId`. */
  readonly previousId: string;
}

/** Any item, by its `type`. */
export type Item = Identify | Update | Track | PageViewItem | SessionItem | Group | Alias;

/** Judged in this order; `rejected` is the only one that is the sender's fault. */
export type ItemStatus = 'rejected' | 'suppressed' | 'duplicate' | 'accepted';

/** Something that was mended or left out, not refused. */
export interface Warning {
  readonly code: string;
  readonly pointer: string;
}

/** Why an item was refused or left out. `pointer` is relative to the item; `limit` when one was passed. */
export interface Verdict {
  readonly status: 'rejected' | 'suppressed';
  readonly code: string;
  readonly detail: string;
  readonly pointer?: string | undefined;
  readonly limit?: number | undefined;
}
