/** From the ids in a batch to records: finds them, makes the missing ones, and says which were never seen before or were erased. */
import { LRUCache } from 'lru-cache';
import type { Item } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { createRecords, findIdentifiers, type Identifier, identifierKey } from '../services/identifier.ts';
import { identifierHash } from '../services/keyed-hash.ts';
import { requireUnsuppressed } from '../services/suppression.ts';
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
  readonly #suppressed = new Map<string, number>();
  readonly #stored = new Map<Item, Uuid>();
  /** Aliases whose `previousId` is a userId that was known before them. */
  readonly #mistaken = new Set<Item>();

  constructor(readonly hashKey: Uint8Array) {}

  /** Notes what this process remembered. */
  recall(key: string, id: Uuid): void {
    this.#ids.set(key, id);
  }

  /**
   * Notes what the database answered: worth remembering, unless older items of the identifier are suppressed, for which
   * it must be asked each time.
   */
  learn(key: string, id: Uuid): void {
    this.#ids.set(key, id);
    if (!this.#suppressed.has(key)) this.learned.set(key, id);
  }

  /** Notes until when items of an identifier are suppressed: milliseconds since 1970. */
  suppress(key: string, until: number): void {
    this.#suppressed.set(key, until);
  }

  /** Nothing the items name is suppressed at all. */
  get isUnsuppressed(): boolean {
    return this.#suppressed.size === 0;
  }

  /** True when an identifier's items of this moment are not stored. */
  isSuppressed(identifier: Identifier | null, at: number): boolean {
    const until = identifier && this.#suppressed.get(identifierKey(identifier));
    return until != null && at <= until;
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

  /** Looks up everything the items name. */
  async find(work: Work, hashKey: Uint8Array, items: readonly Item[]): Promise<Resolution> {
    const resolution = new Resolution(hashKey);
    const mentioned = unique(items.flatMap(mentionedBy));
    await this.#find(work, resolution, mentioned);
    resolution.isComplete = absent(resolution, mentioned).length === 0;
    return resolution;
  }

  /** Looks again for whom repeated items are about: the message they repeat may have been committed since. */
  async findRepeated(work: Work, resolution: Resolution, repeated: readonly Item[]): Promise<void> {
    if (resolution.isComplete) return;
    await this.#find(
      work,
      resolution,
      absent(resolution, unique(repeated.flatMap(({ who }) => storedUnder(who) ?? []))),
    );
  }

  /**
   * Gives what the fresh items name and `find` did not find a record.
   *
   * @returns `checking`, to be awaited last: fails when one of them was erased meanwhile (`isRecordGone`).
   */
  async create(work: Work, resolution: Resolution, fresh: readonly Item[]): Promise<{ checking?: Promise<void> }> {
    if (resolution.isComplete) return {};
    const wanted = unique(fresh.flatMap((item) => identifiersOf(item, resolution.linked(item))));
    const made = new Set<string>();
    for (let missing = absent(resolution, wanted); missing.length > 0; missing = absent(resolution, wanted)) {
      const proposed = missing.map((identifier) => ({ ...identifier, recordId: work.ids.uuid() }));
      const created = await createRecords(work, proposed);
      for (const [key, id] of created) {
        resolution.learn(key, id);
        resolution.created.add(id);
        made.add(key);
      }
      if (created.size < missing.length) await this.#find(work, resolution, absent(resolution, wanted));
    }
    if (made.size === 0) return {};
    const checking = requireUnsuppressed(work, earliest(fresh, resolution, made));
    // A statement behind it may be heard before it.
    checking.catch(() => undefined);
    return { checking };
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
    for (const { key, recordId, suppressedUntil } of await findIdentifiers(work, resolution.hashKey, unknown)) {
      if (suppressedUntil !== null) resolution.suppress(key, suppressedUntil);
      if (recordId !== null) resolution.learn(key, recordId);
    }
  }
}

/** Of each identifier that was made, by hash, the earliest moment that is stored under it. */
function earliest(fresh: readonly Item[], resolution: Resolution, made: ReadonlySet<string>): Map<string, number> {
  const dated = new Map<string, number>();
  for (const item of fresh) {
    for (const identifier of identifiersOf(item, resolution.linked(item))) {
      if (!made.has(identifierKey(identifier))) continue;
      const hash = identifierHash(resolution.hashKey, identifier.kind, identifier.value);
      dated.set(hash, Math.min(dated.get(hash) ?? item.timestamp, item.timestamp));
    }
  }
  return dated;
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
