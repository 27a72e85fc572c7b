/** Carries news from what committed them to whoever watches. In one process; opens nothing. */

/** News by topic. What is published reaches listeners in the order it was published, and nobody waits for them. */
export interface Bus<Message> {
  publish(topic: string, message: Message): void;
  /** @returns ends it. */
  subscribe(topic: string, listener: (message: Message) => void): () => void;
  /** So that nobody makes messages that nobody hears. */
  hasListeners(topic: string): boolean;
}

/** The bus of a single process. */
export class LocalBus<Message> implements Bus<Message> {
  readonly #listeners = new Map<string, Set<(message: Message) => void>>();

  publish(topic: string, message: Message): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(message);
  }

  subscribe(topic: string, listener: (message: Message) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  hasListeners(topic: string): boolean {
    return this.#listeners.has(topic);
  }
}
