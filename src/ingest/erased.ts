/** Which items of a batch are about somebody who was erased or anonymized since, and what of the others names one. */
import type { Item } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { findNamedRecords } from '../services/identifier.ts';
import { identifierHash } from '../services/keyed-hash.ts';
import { findSuppressed } from '../services/suppression.ts';
import type { Work } from '../services/work.ts';
import { linkedFrom, storedUnder } from './batch.ts';
import type { Entry } from './links.ts';
import type { Resolution } from './resolve.ts';

/** What was found out about the visitors that items name by their ids. */
export interface Named {
  /** Items that name nobody. */
  readonly unknown: ReadonlySet<Item>;
  /** Items that name somebody who is gone, dated before that. */
  readonly erased: ReadonlySet<Item>;
}

const NOBODY_NAMED: Named = { unknown: new Set(), erased: new Set() };

/** Looks at the visitors that items name. Nothing is received under an anonymized one, whatever its date. */
export async function judgeNamed(work: Work, entries: readonly Entry[]): Promise<Named> {
  const naming = entries.filter(({ item }) => item.who.visitorId !== undefined);
  if (naming.length === 0) return NOBODY_NAMED;
  const nameOf = ({ item }: Entry) => item.who.visitorId as Uuid;
  const found = await findNamedRecords(work, [...new Set(naming.map(nameOf))]);
  const missing = naming.filter((entry) => !found.has(nameOf(entry)));
  const hashOf = (entry: Entry) => identifierHash(entry.hashKey, 'visitor', nameOf(entry));
  const suppressed = await findSuppressed(work, [...new Set(missing.map(hashOf))]);
  const [unknown, erased] = [new Set<Item>(), new Set<Item>()];
  for (const entry of naming) {
    const { item } = entry;
    const named = found.get(nameOf(entry));
    if (named?.receives) continue;
    const isErased =
      named !== undefined || item.timestamp <= (suppressed.get(hashOf(entry)) ?? Number.NEGATIVE_INFINITY);
    (isErased ? erased : unknown).add(item);
  }
  return { unknown, erased };
}

/** True when an item is dated until its person was erased: judged on the identifier it would be stored under. */
export function isErased({ who, timestamp }: Item, resolution: Resolution): boolean {
  return resolution.isSuppressed(storedUnder(who), timestamp);
}

/**
 * The item without what else it names, where that was erased: the next person on an erased browser is not lost, and the
 * browser's own record does not come back. Its session is kept by the userId.
 */
export function withoutErased<Kind extends Item>(item: Kind, resolution: Resolution): Kind {
  const { who, timestamp } = item;
  const link = linkedFrom(item);
  // An alias with twice the same id says nothing.
  if (item.type === 'alias' && resolution.isSuppressed(link, timestamp)) {
    return { ...item, previousId: item.who.userId };
  }
  if (who.userId === undefined || who.anonymousId === undefined) return item;
  const browser = { kind: 'anon', value: who.anonymousId } as const;
  if (!resolution.isSuppressed(browser, timestamp)) return item;
  const { anonymousId: _erased, ...rest } = who;
  return { ...item, who: rest };
}
