/** Collects what visitors do and sends it in batches: the methods a program calls. How they are sent: outbox.ts. */
import type { BatchItem } from './activity.ts';
import { Outbox, type OutboxParts, type TrackerOptions } from './outbox.ts';
import { isoTime } from './rest.ts';

type Untyped<Item> = Item extends { type: string } ? Omit<Item, 'type'> : never;
type Of<Type extends BatchItem['type']> = Untyped<Extract<BatchItem, { type: Type }>>;

/** Collects items. The methods that take one answer its messageId at once and never throw. */
export interface Tracker {
  identify(item: Of<'identify'>): string;
  update(item: Of<'update'>): string;
  track(item: Of<'track'>): string;
  page(item: Of<'page'>): string;
  group(item: Of<'group'>): string;
  alias(item: Of<'alias'>): string;
  /** Sends all that waits. @throws what went wrong. What waits on after a passing failure is sent again by itself. */
  flush(): Promise<void>;
  /** Takes nothing more and sends all that waits. @throws what went wrong: then the rest is lost. */
  close(): Promise<void>;
}

/** A tracker that has nothing to send yet. */
export function createTracker(parts: OutboxParts, options: TrackerOptions = {}): Tracker {
  const { runtime } = parts;
  const outbox = new Outbox(parts, options);
  const add = (item: BatchItem): string => {
    const named = { messageId: runtime.uuid(), timestamp: isoTime(runtime), ...item };
    outbox.add(named);
    return named.messageId;
  };
  return {
    identify: (item) => add({ ...item, type: 'identify' }),
    update: (item) => add({ ...item, type: 'update' }),
    track: (item) => add({ ...item, type: 'track' }),
    page: (item) => add({ ...item, type: 'page' }),
    group: (item) => add({ ...item, type: 'group' }),
    alias: (item) => add({ ...item, type: 'alias' }),
    flush: () => outbox.flush(),
    close: () => outbox.close(),
  };
}
