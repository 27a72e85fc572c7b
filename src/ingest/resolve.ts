/** From the ids in a batch to records: finds them, makes the missing ones, and says which were never seen before. */
import { LRUCache } from 'lru-cache';
import type { Uuid } from '../ids.ts';
import { createRecords, findRecordIds, type Identifier, identifierKey } from '../services/identifier.ts';
import type { Work } from '../services/work.ts';
import { linkedFrom, sessionUnder, storedUnder } from './batch.ts';
import type { Item } from './item.ts';

/** Identifiers whose record this process remembers. */
const REMEMBERED = 200_000;

/** The records of a batch's identifiers. */
export class Resolution {
  /** Records this transaction made. */
  readonly created = new Set<Uuid>();
  readonly #ids = new Map<string, Uuid>();

  add(identifiers: ReadonlyMap<string, Uuid>): void {
    for (const [key, id] of identifiers) this.#ids.set(key, id);
  }

  find(identifier: Identifier): Uuid | undefined {
    return this.#ids.get(identifierKey(identifier));
  }

  /** The record an item is stored under, if it exists. */
  stored({ who }: Item): Uuid | undefined {
    const identifier = storedUnder(who);
    return identifier ? this.find(identifier) : who.visitorId;
  }

  /** The record that keeps the item's session. */
  session({ who }: Item): Uuid | undefined {
    const identifier = sessionUnder(who);
    return identifier ? this.find(identifier) : who.visitorId;
  }

  entries(): Iterable<[string, Uuid]> {
    return this.#ids;
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
    const optional = [...fresh.flatMap(knownUserOf), ...repeated.flatMap((item) => storedUnder(item.who) ?? [])];
    await this.#find(work, resolution, unique([...fresh.flatMap(identifiersOf), ...optional]));
    return resolution;
  }

  /** Gives what the fresh items name and `find` did not find a record. */
  async create(work: Work, resolution: Resolution, fresh: readonly Item[]): Promise<void> {
    const wanted = unique(fresh.flatMap(identifiersOf));
    for (let missing = absent(resolution, wanted); missing.length > 0; missing = absent(resolution, wanted)) {
      const proposed = missing.map((identifier) => ({ ...identifier, recordId: work.ids.uuid() }));
      const created = await createRecords(work, proposed);
      resolution.add(created);
      for (const id of created.values()) resolution.created.add(id);
      if (created.size < missing.length) await this.#find(work, resolution, absent(resolution, wanted));
    }
  }

  /** After the commit. */
  remember(workspaceId: Uuid, resolution: Resolution): void {
    for (const [key, id] of resolution.entries()) this.#known.set(`${workspaceId} ${key}`, id);
  }

  /** After a `RecordGone`: what these entries name must be looked up again. */
  forget(workspaceId: Uuid, entries: readonly { readonly item: Item }[]): void {
    for (const identifier of entries.flatMap(({ item }) => [...identifiersOf(item), ...knownUserOf(item)])) {
      this.#known.delete(`${workspaceId} ${identifierKey(identifier)}`);
    }
  }

  async #find(work: Work, resolution: Resolution, identifiers: readonly Identifier[]): Promise<void> {
    const unknown: Identifier[] = [];
    for (const identifier of identifiers) {
      const key = identifierKey(identifier);
      const id = this.#known.get(`${work.workspaceId} ${key}`);
      if (id === undefined) unknown.push(identifier);
      else resolution.add(new Map([[key, id]]));
    }
    resolution.add(await findRecordIds(work, unknown));
  }
}

function identifiersOf(item: Item): Identifier[] {
  const session = item.sessionId === undefined ? null : sessionUnder(item.who);
  return [storedUnder(item.who), session, linkedFrom(item)].filter((each) => each !== null);
}

/** `alias` may name a userId as `previousId` by mistake; if it is one, somebody should look at it. */
function knownUserOf(item: Item): Identifier[] {
  return item.type === 'alias' ? [{ kind: 'user', value: item.previousId }] : [];
}

function absent(resolution: Resolution, wanted: readonly Identifier[]): Identifier[] {
  return wanted.filter((identifier) => resolution.find(identifier) === undefined);
}

function unique(identifiers: readonly Identifier[]): Identifier[] {
  return [...new Map(identifiers.map((identifier) => [identifierKey(identifier), identifier])).values()];
}
