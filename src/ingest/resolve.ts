/** From the ids in a batch to records: finds them, makes the missing ones, and says which were never seen before. */
import { LRUCache } from 'lru-cache';
import type { Item } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { createRecords, findRecordIds, type Identifier, identifierKey } from '../services/identifier.ts';
import type { Work } from '../services/work.ts';
import { linkedFrom, sessionUnder, storedUnder } from './batch.ts';

/** Identifiers whose record this process remembers. */
const REMEMBERED = 200_000;

/** The records of a batch's identifiers. */
export class Resolution {
  /** Everything the items name has a record, so nothing is to be made. */
  isComplete = false;
  /** Records this transaction made. */
  readonly created = new Set<Uuid>();
  /** By identifier: what the process did not remember. */
  readonly learned = new Map<string, Uuid>();
  readonly #ids = new Map<string, Uuid>();
  readonly #stored = new Map<Item, Uuid>();
  /** Aliases whose `previousId` is a userId that was known before them. */
  readonly #mistaken = new Set<Item>();

  /** Notes what this process remembered. */
  recall(key: string, id: Uuid): void {
    this.#ids.set(key, id);
  }

  /** Notes what the database answered: worth remembering. */
  learn(identifiers: ReadonlyMap<string, Uuid>): void {
    for (const [key, id] of identifiers) {
      this.#ids.set(key, id);
      this.learned.set(key, id);
    }
  }

  find(identifier: Identifier): Uuid | undefined {
    return this.#ids.get(identifierKey(identifier));
  }

  /** The record an item is stored under, if it exists. Asked at every step, so it is remembered. */
  stored(item: Item): Uuid | undefined {
    const known = this.#stored.get(item);
    if (known !== undefined) return known;
    const identifier = storedUnder(item.who);
    const id = identifier ? this.find(identifier) : item.who.visitorId;
    if (id !== undefined) this.#stored.set(item, id);
    return id;
  }

  /** The record that keeps the item's session. */
  session({ who }: Item): Uuid | undefined {
    const identifier = sessionUnder(who);
    return identifier ? this.find(identifier) : who.visitorId;
  }

  /**
   * Whom an item says its userId was so far: an anonymousId; or the userId that an alias names by mistake in its place.
   * null when it says nothing of that.
   */
  linked(item: Item): Identifier | null {
    const from = linkedFrom(item);
    return from && this.#mistaken.has(item) ? { kind: 'user', value: from.value } : from;
  }

  /** The anonymous visitor's record of an item that links one. */
  anonymous(item: Item): Uuid | undefined {
    const from = this.linked(item);
    return from?.kind === 'anon' ? this.find(from) : undefined;
  }

  /** Notes which aliases name a userId that is stored already, or named by an item before them. */
  noteMistakes(items: readonly Item[]): void {
    const named = new Set<string>();
    for (const item of items) {
      const [previous, stored] = [previousUser(item), storedUnder(item.who)];
      const key = previous && identifierKey(previous);
      if (key && (this.#ids.has(key) || named.has(key))) this.#mistaken.add(item);
      if (stored) named.add(identifierKey(stored));
    }
  }
}

/** Finds and makes records. One per process: what it has found it remembers, as a hint that locking confirms. */
export class Resolver {
  readonly #known = new LRUCache<string, Uuid>({ max: REMEMBERED });

  /**
   * Looks up everything the items name.
   *
   * @param fresh items that will be stored. @param repeated items that will not.
   */
  async find(work: Work, fresh: readonly Item[], repeated: readonly Item[]): Promise<Resolution> {
    const resolution = new Resolution();
    const stored = repeated.flatMap((item) => storedUnder(item.who) ?? []);
    const mentioned = unique([...fresh.flatMap(mentionedBy), ...stored]);
    await this.#find(work, resolution, mentioned);
    resolution.isComplete = absent(resolution, mentioned).length === 0;
    resolution.noteMistakes(fresh);
    return resolution;
  }

  /** Gives what the fresh items name and `find` did not find a record. */
  async create(work: Work, resolution: Resolution, fresh: readonly Item[]): Promise<void> {
    if (resolution.isComplete) return;
    const wanted = unique(fresh.flatMap((item) => identifiersOf(item, resolution.linked(item))));
    for (let missing = absent(resolution, wanted); missing.length > 0; missing = absent(resolution, wanted)) {
      const proposed = missing.map((identifier) => ({ ...identifier, recordId: work.ids.uuid() }));
      const created = await createRecords(work, proposed);
      resolution.learn(created);
      for (const id of created.values()) resolution.created.add(id);
      if (created.size < missing.length) await this.#find(work, resolution, absent(resolution, wanted));
    }
  }

  /** After the commit. */
  remember(workspaceId: Uuid, resolution: Resolution): void {
    for (const [key, id] of resolution.learned) this.#known.set(`${workspaceId} ${key}`, id);
  }

  /** After a `RecordGone`: what these entries name must be looked up again. */
  forget(workspaceId: Uuid, entries: readonly { readonly item: Item }[]): void {
    for (const identifier of entries.flatMap(({ item }) => mentionedBy(item))) {
      this.#known.delete(`${workspaceId} ${identifierKey(identifier)}`);
    }
  }

  async #find(work: Work, resolution: Resolution, identifiers: readonly Identifier[]): Promise<void> {
    const unknown: Identifier[] = [];
    for (const identifier of identifiers) {
      const key = identifierKey(identifier);
      const id = this.#known.get(`${work.workspaceId} ${key}`);
      if (id === undefined) unknown.push(identifier);
      else resolution.recall(key, id);
    }
    resolution.learn(await findRecordIds(work, unknown));
  }
}

/** Every identifier an item may turn out to be about. */
function mentionedBy(item: Item): Identifier[] {
  const previous = previousUser(item);
  return previous ? [...identifiersOf(item, linkedFrom(item)), previous] : identifiersOf(item, linkedFrom(item));
}

function identifiersOf(item: Item, linked: Identifier | null): Identifier[] {
  const session = item.sessionId === undefined ? null : sessionUnder(item.who);
  return [storedUnder(item.who), session, linked].filter((each) => each !== null);
}

/** `alias` may name a userId as `previousId` by mistake; if it is one, somebody should look at it. */
function previousUser(item: Item): Identifier | null {
  const from = item.type === 'alias' ? linkedFrom(item) : null;
  return from && { kind: 'user', value: from.value };
}

function absent(resolution: Resolution, wanted: readonly Identifier[]): Identifier[] {
  return wanted.filter((identifier) => resolution.find(identifier) === undefined);
}

function unique(identifiers: readonly Identifier[]): Identifier[] {
  return [...new Map(identifiers.map((identifier) => [identifierKey(identifier), identifier])).values()];
}
