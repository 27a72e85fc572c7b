/** The first look at a batch: which items are about nobody, which came before, which are to be stored. */
import type { Item } from '../contract/item.ts';
import { findSurvivors } from '../services/identifier.ts';
import type { Work } from '../services/work.ts';
import { isHeartbeat } from './heartbeat.ts';
import type { Entry } from './links.ts';
import { rememberAll, rememberNew } from './message-ids.ts';

/**
 * Judges what needs no lock: visitors that are not there, messages that came before. Unless it is wary it takes every
 * message for new and does not wait to hear: the rest of the flush travels right behind.
 *
 * @returns `remembering`, to be awaited last: fails when a message taken for new was not (`isRepeated`).
 */
export async function sortOut(work: Work, entries: readonly Entry[], wary: boolean) {
  const named = entries.flatMap(({ item }) => item.who.visitorId ?? []);
  const visitors = await findSurvivors(work, named);
  const unknown = new Set<Item>();
  for (const { item } of entries) {
    if (item.who.visitorId !== undefined && !visitors.has(item.who.visitorId)) unknown.add(item);
  }
  const judged = entries.filter(({ item }) => !unknown.has(item));
  const hashes = new Set(judged.filter(({ item }) => !isHeartbeat(item)).map(({ item }) => item.messageHash));
  const remembering = wary ? undefined : rememberAll(work, [...hashes]);
  // A statement behind it may be heard before it.
  remembering?.catch(() => undefined);
  const neverSeen = wary ? await rememberNew(work, [...hashes]) : new Set(hashes);
  const fresh: Entry[] = [];
  const repeated: Item[] = [];
  for (const entry of judged) {
    // The first of equal messages in a batch takes the hash, the others find it gone.
    if (isHeartbeat(entry.item) || neverSeen.delete(entry.item.messageHash)) fresh.push(entry);
    else repeated.push(entry.item);
  }
  return { fresh, repeated, unknown, remembering };
}
