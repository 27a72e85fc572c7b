/**
 * Watches what one visitor does: a snapshot first, then what is committed, in order. It follows the visitor through
 * merges, ends when they are deleted, and gives a new snapshot to whoever is too slow instead of leaving something out.
 */
import { type Context, requireScope } from '../context.ts';
import type { Event } from '../contract/event.ts';
import type { ActivityPayload, News } from '../contract/live.ts';
import { toWire, type Uuid } from '../ids.ts';
import { SNAPSHOT_SIZE } from '../limits.ts';
import { eventsOf } from './event.ts';
import { findSurvivors } from './identifier.ts';
import { Inbox } from './inbox.ts';
import { findVisitor } from './visitor-ref.ts';

/** @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `events:read`. @throws {NotFound} */
export async function watchActivity(ctx: Context, ref: string): Promise<AsyncIterableIterator<ActivityPayload>> {
  requireScope(ctx.caller, 'events:read');
  const { recordId } = await findVisitor(ctx.db, ctx.caller.workspaceId, ref);
  const watch = new ActivityWatch(ctx, recordId);
  const payloads = watch.payloads();
  const source: AsyncIterableIterator<ActivityPayload> = {
    [Symbol.asyncIterator]: () => source,
    next: () => payloads.next(),
    // A generator that waits hears of its end only when it is woken.
    return: () => {
      watch.close();
      return payloads.return(undefined);
    },
  };
  return source;
}

/** One subscription. */
class ActivityWatch {
  readonly #ctx: Context;
  readonly #recordId: Uuid;
  readonly #inbox = new Inbox<Event>();
  readonly #unsubscribe: () => void;
  #survivorId: Uuid;
  /** Visitors were merged or separated since the survivor was looked up. */
  #isDoubtful = true;
  #sequence = 0;
  /** Ids of the last snapshot: what was committed while it was read is news as well. */
  #shown: ReadonlySet<string> = new Set();

  constructor(ctx: Context, recordId: Uuid) {
    this.#ctx = ctx;
    this.#recordId = recordId;
    this.#survivorId = recordId;
    this.#unsubscribe = ctx.bus.subscribe(ctx.caller.workspaceId, (news) => this.#hear(news));
  }

  async *payloads(): AsyncGenerator<ActivityPayload, undefined> {
    try {
      while (!this.#inbox.isClosed) {
        const payload = await this.#next();
        if (payload && !this.#inbox.isClosed) yield payload;
        await this.#inbox.wait(() => this.#isDoubtful);
      }
    } finally {
      this.close();
    }
    return undefined;
  }

  close(): void {
    this.#unsubscribe();
    this.#inbox.close();
  }

  #hear(news: News): void {
    if (news.kind === 'relinked') {
      this.#isDoubtful = true;
      this.#inbox.wake();
      return;
    }
    const ours = news.activities.filter(({ survivorId }) => survivorId === this.#survivorId);
    if (ours.length > 0) this.#inbox.put(ours.map(({ event }) => event));
  }

  async #next(): Promise<ActivityPayload | null> {
    const isOther = this.#isDoubtful && (await this.#lookAgain());
    if (this.#sequence === 0 || isOther || this.#inbox.overflowed) return this.#snapshot();
    const activities = this.#inbox.take().filter(({ id }) => !this.#shown.has(id));
    return activities.length > 0 ? this.#payload(false, activities) : null;
  }

  /** @returns whether another visitor answers than before. */
  async #lookAgain(): Promise<boolean> {
    this.#isDoubtful = false;
    const { db, caller } = this.#ctx;
    const survivors = await findSurvivors({ tx: db, workspaceId: caller.workspaceId }, [this.#recordId]);
    const before = this.#survivorId;
    const after = survivors.get(this.#recordId);
    // Whoever was deleted does nothing any more, and what they did is not told.
    if (after === undefined) this.close();
    this.#survivorId = after ?? before;
    return this.#survivorId !== before;
  }

  async #snapshot(): Promise<ActivityPayload> {
    // What waits was committed before the snapshot is read, so it is in it or too old for it.
    this.#inbox.take();
    const asked = { type: 'all', limit: SNAPSHOT_SIZE, cursor: undefined } as const;
    const [slice] = await eventsOf(this.#ctx, [toWire('visitor', this.#survivorId)], asked);
    const activities = slice?.items ?? [];
    this.#shown = new Set(activities.map(({ id }) => id));
    return this.#payload(true, activities);
  }

  #payload(snapshot: boolean, activities: readonly Event[]): ActivityPayload {
    return { sequence: ++this.#sequence, snapshot, visitorId: toWire('visitor', this.#survivorId), activities };
  }
}
