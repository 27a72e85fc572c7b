/** Finds many patterns in a text in one pass (Aho–Corasick), so that no name, however hostile, makes it slow. */

interface State {
  readonly next: Map<number, number>;
  /** Where to go on when no pattern continues. */
  fail: number;
  /** Length of the pattern that ends here; 0 for none. */
  length: number;
  /** The nearest state on the way of `fail` in which a pattern ends; 0 for none. */
  shorter: number;
}

/** A set of patterns, ready to be looked for. */
export class PatternSearch {
  readonly #states: State[] = [newState()];

  /** Empty patterns are left out. */
  constructor(patterns: Iterable<string>) {
    for (const pattern of patterns) this.#add(pattern);
    this.#link();
  }

  /** True when there is nothing to look for. */
  get isEmpty(): boolean {
    return this.#states.length === 1;
  }

  /** Tells of every occurrence, overlapping ones too, by the code units `start` up to `end`. */
  each(text: string, found: (start: number, end: number) => void): void {
    let at = 0;
    for (let i = 0; i < text.length; i++) {
      at = this.#step(at, text.charCodeAt(i));
      for (let hit = at; hit !== 0; hit = this.#state(hit).shorter) {
        const { length } = this.#state(hit);
        if (length > 0) found(i + 1 - length, i + 1);
      }
    }
  }

  #add(pattern: string): void {
    let at = 0;
    for (let i = 0; i < pattern.length; i++) {
      const { next } = this.#state(at);
      const known = next.get(pattern.charCodeAt(i));
      if (known === undefined) {
        this.#states.push(newState());
        next.set(pattern.charCodeAt(i), this.#states.length - 1);
      }
      at = known ?? this.#states.length - 1;
    }
    this.#state(at).length = pattern.length;
  }

  /** Breadth first: whatever `fail` leads to is shorter, so it is ready. */
  #link(): void {
    const queue = [...this.#state(0).next.values()];
    for (let head = 0; head < queue.length; head++) {
      const state = this.#state(queue[head] as number);
      state.shorter = this.#state(state.fail).length > 0 ? state.fail : this.#state(state.fail).shorter;
      for (const [unit, to] of state.next) {
        this.#state(to).fail = this.#step(state.fail, unit);
        queue.push(to);
      }
    }
  }

  #step(from: number, unit: number): number {
    for (let at = from; ; at = this.#state(at).fail) {
      const to = this.#state(at).next.get(unit);
      if (to !== undefined) return to;
      if (at === 0) return 0;
    }
  }

  #state(at: number): State {
    return this.#states[at] as State;
  }
}

function newState(): State {
  return { next: new Map(), fail: 0, length: 0, shorter: 0 };
}
