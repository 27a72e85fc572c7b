/** Where the items of a batch go: what they add to each record, which session each event and page belongs to. */
import type { PageViewItem, Track } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import type { Work } from '../services/work.ts';
import type { Additions } from './batch.ts';
import type { Placed } from './history.ts';
import type { Entry } from './links.ts';
import type { Resolution } from './resolve.ts';
import { SessionFolds, sessionKey } from './session-write.ts';

/** Sums the items up per record and session, and writes the sessions, which events and pages point to. */
export async function place(work: Work, fresh: readonly Entry[], resolution: Resolution, additions: Additions) {
  const folds = new SessionFolds();
  for (const { item } of fresh) {
    const stored = resolution.stored(item);
    if (stored !== undefined) additions.add(stored, item);
    // The browser that says who its visitor is was there too, whatever becomes of the link.
    const anonymous = resolution.anonymous(item);
    if (anonymous !== undefined) additions.touch(anonymous, item);
    const session = resolution.session(item);
    if (session === undefined || item.sessionId === undefined) continue;
    additions.touch(session, item);
    folds.add(session, { ...item, sessionId: item.sessionId });
  }
  const { ids, created } = folds.size > 0 ? await folds.write(work) : { ids: new Map<string, Uuid>(), created: [] };
  for (const [id, sessions] of created) {
    const activity = additions.activities.get(id);
    if (activity) activity.sessions += sessions;
  }
  const events: Placed<Track>[] = [];
  const pageViews: Placed<PageViewItem>[] = [];
  for (const { item } of fresh) {
    const recordId = resolution.stored(item);
    if (recordId === undefined) continue;
    const session = resolution.session(item);
    const sessionId = (session && item.sessionId && ids.get(sessionKey(session, item.sessionId))) || null;
    if (item.type === 'track') events.push({ id: work.ids.uuid(), item, recordId, sessionId });
    if (item.type === 'page') pageViews.push({ id: work.ids.uuid(), item, recordId, sessionId });
  }
  return { events, pageViews };
}
