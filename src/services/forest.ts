/**
 * The trees of a few people while they are locked: who belongs to whom, and what linking two of them means. Decides;
 * writes nothing. A tree's root is the survivor; a merge is the edge from one root into another tree.
 */

import type { SuggestionReason } from '../contract/suggestion.ts';
import type { Uuid } from '../ids.ts';
import type { LockedRecord } from './record.ts';

/** A pair that a hand has separated: no automatic link may join their trees again. */
export interface Bar {
  readonly mergeId: Uuid;
  readonly sourceRecordId: Uuid;
  readonly targetRecordId: Uuid;
}

/** What an identify or alias comes to. */
export type LinkDecision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'link'; readonly source: Uuid; readonly target: Uuid }
  | { readonly kind: 'suggest'; readonly reason: SuggestionReason; readonly source: Uuid; readonly target: Uuid };

/** What a record hangs on, and by which merge; both null for a root. */
export interface Edge {
  readonly parentId: Uuid | null;
  readonly parentMergeId: Uuid | null;
}

/** The locked trees; starts as the database has them and is changed by `link` and `cut`. */
export class Forest {
  readonly #nodes = new Map<Uuid, Edge>();
  readonly #users: ReadonlySet<Uuid>;
  readonly #bars: readonly Bar[];

  /** @param users those of the records that are a userId's. @param bars all that touch one of the records. */
  constructor(records: Iterable<LockedRecord>, users: ReadonlySet<Uuid>, bars: readonly Bar[]) {
    for (const { id, parentId, parentMergeId } of records) this.#nodes.set(id, { parentId, parentMergeId });
    this.#users = users;
    this.#bars = bars;
  }

  has(record: Uuid): boolean {
    return this.#nodes.has(record);
  }

  /** A record's edge, nulls for a root. */
  edge(record: Uuid): Edge {
    return this.#node(record);
  }

  root(record: Uuid): Uuid {
    let at = record;
    for (let parent = this.#node(at).parentId; parent !== null; parent = this.#node(at).parentId) at = parent;
    return at;
  }

  /** From a record up to its root, each with the merge by which the path reached it; null for the first. */
  path(record: Uuid): { readonly recordId: Uuid; readonly mergeId: Uuid | null }[] {
    const path = [];
    let mergeId: Uuid | null = null;
    for (let at: Uuid | null = record; at !== null; at = this.#node(at).parentId) {
      path.push({ recordId: at, mergeId });
      mergeId = this.#node(at).parentMergeId;
    }
    return path;
  }

  /** All records of the tree that `record` is in. */
  tree(record: Uuid): Uuid[] {
    const root = this.root(record);
    return [...this.#nodes.keys()].filter((each) => this.root(each) === root);
  }

  /** `record` and everything that hangs below it. */
  subtree(record: Uuid): Uuid[] {
    return [...this.#nodes.keys()].filter((each) => this.#isBelow(each, record));
  }

  /** The records of `record`'s tree that are a userId's. */
  usersWith(record: Uuid): Uuid[] {
    return this.tree(record).filter((each) => this.#users.has(each));
  }

  /** The bars that stand between the trees of two records. */
  barsBetween(left: Uuid, right: Uuid): Bar[] {
    const [one, other] = [this.root(left), this.root(right)];
    return this.#bars.filter(({ sourceRecordId, targetRecordId }) => {
      if (!this.has(sourceRecordId) || !this.has(targetRecordId)) return false;
      const [source, target] = [this.root(sourceRecordId), this.root(targetRecordId)];
      return (source === one && target === other) || (source === other && target === one);
    });
  }

  /**
   * What `identify(userId)` from an anonymous visitor does.
   *
   * @param user the userId's own record. @param userIsNew nothing was ever stored under it.
   */
  decide(user: Uuid, anonymous: Uuid, userIsNew: boolean): LinkDecision {
    if (this.root(user) === this.root(anonymous)) return { kind: 'nothing' };
    const [source, target] = [this.root(anonymous), this.root(user)];
    if (this.usersWith(anonymous).length > 0) return { kind: 'suggest', reason: 'identified_conflict', source, target };
    if (this.barsBetween(user, anonymous).length > 0) {
      return { kind: 'suggest', reason: 'unmerged_before', source, target };
    }
    // A new user becomes what the visitor was, and the visitor's id stays.
    return userIsNew ? { kind: 'link', source: user, target: anonymous } : { kind: 'link', source, target: user };
  }

  /** Puts the edge: `source` must be a root outside `target`'s tree. */
  link(source: Uuid, target: Uuid, mergeId: Uuid): void {
    if (this.#node(source).parentId !== null || this.root(target) === source) {
      throw new Error('An edge must go from a root into another tree.');
    }
    this.#nodes.set(source, { parentId: target, parentMergeId: mergeId });
  }

  /** Takes the edge of `source` away: it becomes a root again, with its present subtree. */
  cut(source: Uuid): void {
    this.#nodes.set(source, { parentId: null, parentMergeId: null });
  }

  #node(record: Uuid): Edge {
    const node = this.#nodes.get(record);
    if (!node) throw new Error('A record outside the locked trees was asked for.');
    return node;
  }

  #isBelow(record: Uuid, ancestor: Uuid): boolean {
    for (let at: Uuid | null = record; at !== null; at = this.#node(at).parentId) if (at === ancestor) return true;
    return false;
  }
}
