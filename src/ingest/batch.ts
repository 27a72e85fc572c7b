/** What a batch of items amounts to, record by record: pure bookkeeping between resolving and writing. */
import type { Item, Who } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { companyRegister } from '../normalise/company-mention.ts';
import type { Activity } from '../services/activity.ts';
import type { CompanyMentions } from '../services/company-write.ts';
import type { Identifier } from '../services/identifier.ts';
import { fold, type Registers, stamp } from '../services/register.ts';
import { Vocabulary } from '../services/registry-write.ts';
import { isHeartbeat } from './heartbeat.ts';
import { activeAt } from './session-write.ts';

/** The identifier whose record receives an item; null when only its visitorId says. */
export function storedUnder({ userId, anonymousId }: Who): Identifier | null {
  if (userId !== undefined) return { kind: 'user', value: userId };
  return anonymousId === undefined ? null : { kind: 'anon', value: anonymousId };
}

/** The identifier whose record keeps the item's session: the browser's own, so a login in mid-session stays one. */
export function sessionUnder({ userId, anonymousId }: Who): Identifier | null {
  return anonymousId === undefined ? storedUnder({ userId }) : { kind: 'anon', value: anonymousId };
}

/** The anonymous visitor that an item says is its userId; null when it links nothing. */
export function linkedFrom(item: Item): Identifier | null {
  if (item.type === 'alias')
    return item.previousId === item.who.userId ? null : { kind: 'anon', value: item.previousId };
  if (item.type !== 'identify' || item.who.anonymousId === undefined) return null;
  return { kind: 'anon', value: item.who.anonymousId };
}

/** Sums what items add, per record. */
export class Additions {
  readonly activities = new Map<Uuid, Activity>();
  readonly registers = new Map<Uuid, Registers>();

  /** Notes that a record was seen. */
  touch(id: Uuid, item: Item): Activity {
    const [first, last] = [item.timestamp, activeAt(item)];
    let activity = this.activities.get(id);
    if (!activity) {
      activity = { id, events: 0, pageViews: 0, sessions: 0, firstSeenAt: first, lastSeenAt: last };
      this.activities.set(id, activity);
    }
    activity.firstSeenAt = Math.min(activity.firstSeenAt, first);
    activity.lastSeenAt = Math.max(activity.lastSeenAt, last);
    return activity;
  }

  /** Adds an item to the record it is stored under. */
  add(id: Uuid, item: Item): void {
    const activity = this.touch(id, item);
    if (item.type === 'track') activity.events++;
    if (item.type === 'page') activity.pageViews++;
    const values = valuesOf(item);
    if (values) this.registers.set(id, fold(this.registers.get(id) ?? {}, stamp(values, item)));
  }
}

/**
 * The registers an item sets on its record, or null when it sets none. A heartbeat sets none: of those of one minute
 * some are not written at all (heartbeat.ts), so what they say beyond "still there" would depend on their order.
 */
export function valuesOf(item: Item): Readonly<Record<string, unknown>> | null {
  if (isHeartbeat(item)) return null;
  const traits = item.type === 'identify' || item.type === 'update' ? item.traits : {};
  const company = item.type === 'group' ? { company: companyRegister(item.company) } : {};
  const verified = item.verified === undefined ? {} : { verified: item.verified };
  const values = { ...item.surroundings, ...verified, ...traits, ...company };
  return Object.keys(values).length === 0 ? null : values;
}

/** Companies a batch mentions, with what it says of each. */
export function companyMentions(items: readonly Item[]): CompanyMentions {
  const mentions = new Map<string, Registers>();
  for (const item of items) {
    const company = 'company' in item ? item.company : undefined;
    if (!company) continue;
    // Companies outlive the people who mention them, and a message's id may be one of theirs.
    const said = stamp(company.values, { ...item, messageId: item.messageHash });
    mentions.set(company.externalId, fold(mentions.get(company.externalId) ?? {}, said));
  }
  return mentions;
}

/** Attribute keys and event names a batch uses. */
export function vocabulary(items: readonly Item[]): Vocabulary {
  const words = new Vocabulary();
  for (const item of items) {
    if (item.type === 'track') words.eventNames.add(item.name);
    if (item.type === 'identify' || item.type === 'update') words.addAttributes('visitor', item.traits);
    if ('company' in item && item.company) words.addAttributes('company', item.company.values);
  }
  return words;
}
