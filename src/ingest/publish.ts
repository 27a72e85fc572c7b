/** Tells what was committed to those who watch the workspace; when nobody does, it costs one look into a map. */
import { isoTime } from '../clock.ts';
import type { Event } from '../contract/event.ts';
import type { PageViewItem, Track } from '../contract/item.ts';
import type { News } from '../contract/live.ts';
import { toWire, type Uuid } from '../ids.ts';
import type { Bus } from '../infra/bus.ts';
import type { Placed } from './history.ts';

/** What a flush committed. */
export interface Committed {
  readonly placed: readonly Placed<Track | PageViewItem>[];
  /** Record → its survivor at that commit. */
  readonly survivor: (recordId: Uuid) => Uuid;
  /** Visitors were linked. */
  readonly relinked: boolean;
}

/** To be called behind the commit. */
export function publishCommitted(bus: Bus<News>, workspaceId: Uuid, { placed, survivor, relinked }: Committed): void {
  if (!bus.hasListeners(workspaceId)) return;
  const activities = placed.map((each) => ({ survivorId: survivor(each.recordId), event: toEvent(each) }));
  if (activities.length > 0) bus.publish(workspaceId, { kind: 'activity', activities });
  if (relinked) bus.publish(workspaceId, { kind: 'relinked' });
}

function toEvent({ id, item, sessionId }: Placed<Track | PageViewItem>): Event {
  const common = {
    timestamp: isoTime(item.timestamp),
    receivedAt: isoTime(item.receivedAt),
    sessionId: sessionId === null ? null : toWire('session', sessionId),
    source: item.source,
  };
  if (item.type === 'track') {
    return { id: toWire('event', id), name: item.name, properties: JSON.parse(item.properties), ...common };
  }
  const { url, title = null, page = null, referrer = null } = item;
  return { id: toWire('pageView', id), name: 'page', properties: { url, title, page, referrer }, ...common };
}
