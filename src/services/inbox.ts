/** What waits for one watcher: bounded, and honest about what it had to drop. */
import { MAX_WAITING_NEWS } from '../limits.ts';

/** Filled by whoever has news, emptied by one reader. */
export class Inbox<Item> {
  #items: Item[] = [];
  #wake: (() => void) | null = null;
  /** Something was dropped since `take`: what was told is no longer all there is. */
  overflowed = false;
  isClosed = false;

  put(items: readonly Item[]): void {
    if (this.#items.length + items.length > MAX_WAITING_NEWS) {
      this.#items = [];
      this.overflowed = true;
    } else if (!this.overflowed) {
      this.#items.push(...items);
    }
    this.wake();
  }

  /** Everything that waits; the inbox is empty afterwards, and whole again. */
  take(): Item[] {
    const items = this.#items;
    this.#items = [];
    this.overflowed = false;
    return items;
  }

  /** Lets a waiting reader look again. */
  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  /** Resolves when `isWorthALook` answers true, or when it is closed. */
  async wait(isWorthALook: () => boolean): Promise<void> {
    while (!this.isClosed && this.#items.length === 0 && !this.overflowed && !isWorthALook()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.isClosed = true;
    this.wake();
  }
}
