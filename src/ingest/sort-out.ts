/** The first look at a batch: which items came before, which are to be stored. */
import type { Item } from '../contract/item.ts';
import type { Work } from '../services/work.ts';
import { isHeartbeat } from './heartbeat.ts';
import type { Entry } from './links.ts';
import { rememberAll, rememberNew } from './message-ids.ts';

/**
 * Tells new messages from those that came before. Unless it is wary it takes every message for new and does not wait to
 * hear: the rest of the flush travels right behind.
 *
 * @returns `remembering`, to be awaited last: fails when a message taken for new was not (`isRepeated`).
 */
export async function sortOut(work: Work, entries: readonly Entry[], wary: boolean) {
  const hashes = new Set(entries.filter(({ item }) => !isHeartbeat(item)).map(({ item }) => item.messageHash));
  const remembering = wary ? undefined : rememberAll(work, [...hashes]);
  // A statement behind it may be heard before it.
  remembering?.catch(() => undefined);
  const neverSeen = wary ? await rememberNew(work, [...hashes]) : new Set(hashes);
  const fresh: Entry[] = [];
  const repeated: Item[] = [];
  for (const entry of entries) {
    // The first of equal messages in a batch takes the hash, the others find it gone.
    if (isHeartbeat(entry.item) || neverSeen.delete(entry.item.messageHash)) fresh.push(entry);
    else repeated.push(entry.item);
  }
  return { fresh, repeated, remembering };
}
