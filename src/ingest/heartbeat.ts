/** Holds heartbeats to one write a minute and session: what the minute already says need not be said again. */
import { LRUCache } from 'lru-cache';
import type { Item } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { HEARTBEAT_GRAIN_MS } from '../limits.ts';

const REMEMBERED = 100_000;

interface Written {
  readonly timestamp: number;
  readonly recordId: Uuid;
}

/** One per process; two processes write at most twice. */
export class HeartbeatHold {
  readonly #written = new LRUCache<string, Written>({ max: REMEMBERED });

  /** The record that an equal heartbeat of this minute was written to, or undefined when it must be written. */
  find(workspaceId: Uuid, item: Item): Uuid | undefined {
    const written = this.#written.get(key(workspaceId, item));
    // An earlier moment of the same minute may move the start of the session, so only later ones are held.
    return written && item.timestamp >= written.timestamp ? written.recordId : undefined;
  }

  remember(workspaceId: Uuid, item: Item, recordId: Uuid): void {
    this.#written.set(key(workspaceId, item), { timestamp: item.timestamp, recordId });
  }
}

/** True for items that say the same however often they come, so that no message id is remembered for them. */
export function isHeartbeat(item: Item): boolean {
  return item.type === 'session' && item.action === 'heartbeat';
}

function key(workspaceId: Uuid, { who, sessionId, timestamp }: Item): string {
  const minute = Math.floor(timestamp / HEARTBEAT_GRAIN_MS);
  return JSON.stringify([workspaceId, who.anonymousId, who.userId, who.visitorId, sessionId, minute]);
}
