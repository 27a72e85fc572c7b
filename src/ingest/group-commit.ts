/**
 * Group commit: requests that wait at the same time share one transaction. There is no timer; a lane that is free takes
 * what has queued, so one request alone commits at once and many together cost one commit. Bounded: a full queue says
 * so instead of growing.
 */
import { AppError, Overloaded, Unavailable } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { isLasting } from '../infra/transaction.ts';
import { MAX_FLUSH_BYTES, MAX_FLUSH_ITEMS, MAX_QUEUED_BYTES, MAX_QUEUED_ITEMS } from '../limits.ts';
import type { Log } from '../log.ts';
import { flushItems, flushSeconds, queuedItems } from '../metrics.ts';
import type { Outcome } from './flush.ts';
import type { Entry } from './links.ts';

/** What became of one entry: `failed` when the database refuses this very item, whatever its neighbours. */
export type Committed =
  | Outcome
  | { readonly status: 'failed'; readonly visitorId?: undefined; readonly recordId?: undefined };

/** Commits entries of one workspace, all or none. */
export type Commit = (workspaceId: Uuid, entries: readonly Entry[]) => Promise<Outcome[]>;

/** The entries of one request; they are answered together. */
interface Unit {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  readonly resolve: (outcomes: Committed[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** Seconds after which a full queue has usually emptied. */
const RETRY_AFTER = 1;

/** The queue before the database. One per process. */
export class GroupCommit {
  /** Waiting units by workspace; a workspace that was served goes to the end. */
  readonly #waiting = new Map<Uuid, Unit[]>();
  #waitingItems = 0;
  #waitingBytes = 0;
  #busyLanes = 0;
  /** Items being committed, in all lanes. */
  #committing = 0;
  #isScheduled = false;
  #onIdle: (() => void)[] = [];

  /** @param lanes transactions under way at the same time. */
  constructor(
    readonly commit: Commit,
    readonly lanes: number,
    readonly log: Log,
  ) {}

  /**
   * Queues the entries of one request and answers when they are committed.
   *
   * @throws {Overloaded} at once, when too much is waiting. @throws {Unavailable} when the database is not there.
   */
  submit(workspaceId: Uuid, entries: readonly Entry[]): Promise<Committed[]> {
    const bytes = entries.reduce((sum, { item }) => sum + item.bytes, 0);
    if (this.#waitingItems + entries.length > MAX_QUEUED_ITEMS || this.#waitingBytes + bytes > MAX_QUEUED_BYTES) {
      throw new Overloaded('Too much is waiting to be stored. Send it again a little later.', RETRY_AFTER);
    }
    return new Promise((resolve, reject) => {
      const units = this.#waiting.get(workspaceId);
      const unit = { entries, bytes, resolve, reject };
      if (units) units.push(unit);
      else this.#waiting.set(workspaceId, [unit]);
      this.#count(entries.length, bytes);
      this.#schedule();
    });
  }

  /** Resolves when nothing waits and nothing is being committed. */
  drain(): Promise<void> {
    if (this.#waitingItems === 0 && this.#busyLanes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Lets the requests that were read in this turn of the event loop join the first flush. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#fillLanes();
    });
  }

  #fillLanes(): void {
    while (this.#isWorthALane()) {
      const [workspaceId, units] = this.#take();
      const items = units.reduce((sum, unit) => sum + unit.entries.length, 0);
      this.#busyLanes++;
      this.#committing += items;
      void this.#flush(workspaceId, units).then((answer) => {
        this.#busyLanes--;
        this.#committing -= items;
        // The database gets its next work first: it would wait while answers are written.
        this.#fillLanes();
        setImmediate(() => this.#finish(answer));
      });
    }
  }

  #finish(answer: () => void): void {
    answer();
    if (this.#waitingItems > 0 || this.#busyLanes > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /**
   * The first lane takes whatever waits. Another one is opened only for as much as is being committed: a commit costs
   * much the same for one item as for twenty, so many small ones would eat what the second lane wins.
   */
  #isWorthALane(): boolean {
    if (this.#waiting.size === 0 || this.#busyLanes >= this.lanes) return false;
    return this.#busyLanes === 0 || this.#waitingItems >= this.#committing;
  }

  /** Takes the units of the workspace that waited longest, as many as one commit may carry, at least one. */
  #take(): [Uuid, Unit[]] {
    const [[workspaceId, units]] = this.#waiting as unknown as [[Uuid, Unit[]]];
    let [items, bytes, taken] = [0, 0, 0];
    for (const unit of units) {
      const isFull = items + unit.entries.length > MAX_FLUSH_ITEMS || bytes + unit.bytes > MAX_FLUSH_BYTES;
      if (taken > 0 && isFull) break;
      items += unit.entries.length;
      bytes += unit.bytes;
      taken++;
    }
    const batch = units.splice(0, taken);
    this.#waiting.delete(workspaceId);
    if (units.length > 0) this.#waiting.set(workspaceId, units);
    this.#count(-items, -bytes);
    return [workspaceId, batch];
  }

  /** @returns what tells the units how it ended. */
  async #flush(workspaceId: Uuid, units: readonly Unit[]): Promise<() => void> {
    const entries = units.flatMap((unit) => unit.entries);
    const stopTimer = flushSeconds.startTimer();
    try {
      const outcomes = await this.#commitOrHalve(workspaceId, entries);
      return () => {
        for (const unit of units) unit.resolve(outcomes.splice(0, unit.entries.length));
      };
    } catch (thrown) {
      return () => {
        for (const unit of units) unit.reject(thrown);
      };
    } finally {
      stopTimer();
      flushItems.observe(entries.length);
    }
  }

  /** A lasting error halves the batch until the bad item stands alone; its neighbours are committed. */
  async #commitOrHalve(workspaceId: Uuid, entries: readonly Entry[]): Promise<Committed[]> {
    try {
      return await this.commit(workspaceId, entries);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      if (!isLasting(thrown)) throw new Unavailable('The database could not store this right now.', { cause: thrown });
      if (entries.length === 1) {
        this.log.error({ err: thrown, type: entries[0]?.item.type }, 'an item cannot be stored');
        return [{ status: 'failed' }];
      }
      const middle = entries.length >> 1;
      const left = await this.#commitOrHalve(workspaceId, entries.slice(0, middle));
      return [...left, ...(await this.#commitOrHalve(workspaceId, entries.slice(middle)))];
    }
  }

  #count(items: number, bytes: number): void {
    this.#waitingItems += items;
    this.#waitingBytes += bytes;
    queuedItems.set(this.#waitingItems);
  }
}
