/**
 * One commit of many items of one workspace: remembers their messages, resolves whom they are about, links, and keeps
 * history, records and profiles in step. Everything it does is one transaction, repeated whole when it loses a race.
 */
import type { Item } from '../contract/item.ts';
import { Unavailable } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { MAX_TRANSACTION_TRIES } from '../limits.ts';
import { addActivity, isRecordGone, RecordGone } from '../services/activity.ts';
import { writeCompanies } from '../services/company-write.ts';
import { findNamedRecords, findSurvivors } from '../services/identifier.ts';
import { currentValue } from '../services/profile.ts';
import { foldIntoProfiles, recomputeProfiles } from '../services/profile-write.ts';
import { type LockedRecord, lockIdentity, lockRecords, lockTrees, writeRegisters } from '../services/record.ts';
import { fold, keepNewest, type Registers } from '../services/register.ts';
import { Registry, type Vocabulary } from '../services/registry-write.ts';
import { suggestSameEmail } from '../services/suggestion-write.ts';
import { inPipelinedWork, type Work, type WorkSource } from '../services/work.ts';
import { Additions, companyMentions, valuesOf, vocabulary } from './batch.ts';
import { isErased, judgeNamed, withoutErased } from './erased.ts';
import { insertEvents, insertPageViews } from './history.ts';
import { type Entry, findPair, isLink, type LinkItem, linkBatch, linkPair } from './links.ts';
import { isRepeated } from './message-ids.ts';
import { place } from './place.ts';
import type { Committed } from './publish.ts';
import { type Resolution, Resolver } from './resolve.ts';
import { sortOut } from './sort-out.ts';

/** What became of one item. `visitorId` is the survivor's record id; absent when there is none. */
export interface Outcome {
  readonly status: 'accepted' | 'duplicate' | 'suppressed' | 'unknown_visitor';
  /** The record it is stored under; of accepted items only. */
  readonly recordId?: Uuid | undefined;
  readonly visitorId?: Uuid | undefined;
}

/** Flushes that look for repeated messages before they write, after one was found: repetitions come in storms. */
const WARY_FLUSHES = 100;

/** Two records that looked linked were separated meanwhile: the flush must be repeated under the identity row. */
class LinkChanged extends Error {}

/** How a flush is written; it is tried the quick way first. */
interface Mode {
  /** Holds the identity row though every pair looks linked. */
  exclusive: boolean;
  /** Waits to hear which messages are new before anything is written. */
  wary: boolean;
}

interface Attempt extends Mode {
  readonly seal: () => void;
}

/** What the items of a flush are stored on. */
interface Footing {
  readonly resolution: Resolution;
  readonly locked: ReadonlyMap<Uuid, LockedRecord>;
  readonly underIdentity: boolean;
  /** Of the transaction, when nothing is written behind history unless the items set registers. */
  readonly seal: (() => void) | null;
}

interface Flushed extends Committed {
  readonly outcomes: Outcome[];
  readonly resolution: Resolution;
  readonly words: Vocabulary;
}

/** Commits batches. One per process: it remembers records and names it has seen. */
export class Flusher {
  readonly #resolver = new Resolver();
  readonly #registry = new Registry();
  /** Flushes left that look before they write. */
  #wary = 0;

  /** @param publish is called behind each commit. */
  constructor(
    readonly source: WorkSource,
    readonly publish: (workspaceId: Uuid, committed: Committed) => void = () => undefined,
  ) {}

  /**
   * Commits the entries, in their order.
   *
   * @returns an outcome per entry.
   * @throws {Unavailable} when what they are about kept changing. @throws what the database threw.
   */
  async flush(workspaceId: Uuid, entries: readonly Entry[]): Promise<Outcome[]> {
    const mode = { exclusive: false, wary: this.#wary > 0 };
    if (mode.wary) this.#wary--;
    for (let tries = 1; tries <= MAX_TRANSACTION_TRIES; tries++) {
      try {
        const flushed = await inPipelinedWork(this.source, workspaceId, (work, seal) =>
          this.#write(work, entries, { ...mode, seal }),
        );
        this.#resolver.remember(workspaceId, flushed.resolution);
        this.#registry.remember(workspaceId, flushed.words);
        this.publish(workspaceId, flushed);
        return flushed.outcomes;
      } catch (thrown) {
        if (isRecordGone(thrown)) this.#resolver.forget(workspaceId, entries);
        else if (thrown instanceof LinkChanged) mode.exclusive = true;
        else if (isRepeated(thrown)) {
          mode.wary = true;
          this.#wary = WARY_FLUSHES;
        } else throw thrown;
      }
    }
    throw new Unavailable('The visitors concerned kept changing. Send it again.');
  }

  async #write(work: Work, sent: readonly Entry[], { exclusive, wary, seal }: Attempt): Promise<Flushed> {
    const { entries, resolution, unknown, erased } = await this.#judge(work, sent);
    const judged = entries.filter(({ item }) => !unknown.has(item) && !erased.has(item));
    const { fresh, repeated, remembering } = await sortOut(work, judged, wary);
    const items = fresh.map((entry) => entry.item);
    const links = items.filter(isLink);
    await this.#resolver.findRepeated(work, resolution, repeated);
    resolution.noteMistakes(items);
    const underIdentity = links.length > 0 && (exclusive || !(await areLinked(work, links, resolution)));
    if (underIdentity) await lockIdentity(work);
    const { checking } = await this.#resolver.create(work, resolution, items);
    await writeCompanies(work, companyMentions(items));
    const locked = await lock(work, items, links, resolution, underIdentity);
    const words = vocabulary(items);
    const isLast = repeated.length + links.length === 0 && this.#registry.knows(work.workspaceId, words);
    const footing = { resolution, locked, underIdentity, seal: isLast ? seal : null };
    const { survivor, placed } = await this.#store(work, fresh, footing);
    await this.#registry.write(work, words);
    const repeatedSurvivors = await findRepeated(work, repeated, resolution);
    await Promise.all([remembering, checking]);
    const freshItems = new Set(items);
    const outcomes = entries.map(({ item }): Outcome => {
      if (unknown.has(item)) return { status: 'unknown_visitor' };
      if (erased.has(item)) return { status: 'suppressed' };
      const stored = resolution.stored(item);
      if (freshItems.has(item)) {
        return { status: 'accepted', recordId: stored, visitorId: stored && survivor(stored) };
      }
      return { status: 'duplicate', visitorId: stored && repeatedSurvivors.get(stored)?.survivorId };
    });
    return { outcomes, resolution, words, placed, survivor, relinked: underIdentity };
  }

  /** Finds whom the items are about, and who of them is not there. The entries come back without whom was erased. */
  async #judge(work: Work, sent: readonly Entry[]) {
    const named = await judgeNamed(work, sent);
    const hashKey = sent[0]?.hashKey ?? new Uint8Array();
    const items = sent.map((entry) => entry.item);
    const resolution = await this.#resolver.find(work, hashKey, items);
    if (resolution.isUnsuppressed) return { entries: sent, resolution, ...named };
    const erased = new Set([...named.erased, ...items.filter((item) => isErased(item, resolution))]);
    const entries = sent.map((entry) =>
      erased.has(entry.item) || named.unknown.has(entry.item)
        ? entry
        : { ...entry, item: withoutErased(entry.item, resolution) },
    );
    return { entries, resolution, unknown: named.unknown, erased };
  }

  /** Writes the fresh items. @returns what became rows, and how to find a touched record's survivor. */
  async #store(
    work: Work,
    fresh: readonly Entry[],
    { resolution, locked, underIdentity, seal }: Footing,
  ): Promise<Pick<Committed, 'placed' | 'survivor'>> {
    if (fresh.length === 0) return { placed: [], survivor: (id) => id };
    const additions = new Additions();
    const { events, pageViews } = await place(work, fresh, resolution, additions);
    // Sent together; the database carries them out in this order.
    const writing = Promise.all([
      addActivity(work, [...additions.activities.values()]),
      insertEvents(work, events),
      insertPageViews(work, pageViews),
    ]);
    if (additions.registers.size === 0) seal?.();
    const [survivors] = await writing;
    const registers = new Map<Uuid, Registers>();
    for (const [id, added] of additions.registers) {
      registers.set(id, keepNewest(fold(locked.get(id)?.registers ?? {}, added)));
    }
    await writeRegisters(work, registers);
    const linked = underIdentity ? await linkBatch(work, fresh, resolution, locked) : null;
    const survivor = (id: Uuid) => (linked?.forest.has(id) ? linked.forest.root(id) : (survivors.get(id) ?? id));
    const isReshaped = (id: Uuid) => linked?.reshaped.has(survivor(id)) ?? false;
    const folded = new Map<Uuid, Registers>();
    for (const [id, added] of additions.registers) {
      if (!isReshaped(id)) folded.set(survivor(id), fold(folded.get(survivor(id)) ?? {}, added));
    }
    await foldIntoProfiles(work, folded);
    const recomputed = await recomputeProfiles(work, [...(linked?.reshaped ?? [])]);
    const given = [...additions.registers].flatMap(([id, { email }]) => (email ? survivor(id) : []));
    await suggestSameEmail(work, emailsOf(recomputed, new Set(given)));
    return { placed: [...events, ...pageViews], survivor };
  }
}

/** The emails of those survivors that were given one by this batch. */
function emailsOf(profiles: ReadonlyMap<Uuid, Registers>, given: ReadonlySet<Uuid>): { id: Uuid; email: string }[] {
  return [...profiles].flatMap(([id, registers]) => {
    const email = currentValue(registers.email);
    return given.has(id) && typeof email === 'string' ? [{ id, email }] : [];
  });
}

/**
 * True when every pair looks linked already: the common identify of a returning user, which need not wait for the
 * identity row. Read without a lock, so `lock` looks again.
 */
async function areLinked(work: Work, links: readonly LinkItem[], resolution: Resolution): Promise<boolean> {
  const pairs = links.map((item) => findPair(item, resolution));
  const survivors = await findSurvivors(
    work,
    pairs.flatMap(({ user, linked }) => [user ?? [], linked ?? []].flat()),
  );
  return pairs.every(({ user, linked }) => {
    if (user === undefined || linked === undefined) return false;
    return survivors.has(user) && survivors.get(user) === survivors.get(linked);
  });
}

/** The records of repeated items. What the process remembered of one that is gone is no answer: it may be suppressed. */
async function findRepeated(work: Work, repeated: readonly Item[], resolution: Resolution) {
  const stored = repeated.flatMap((item) => resolution.stored(item) ?? []);
  const found = await findNamedRecords(work, stored);
  for (const id of stored) if (!found.get(id)?.receives) throw new RecordGone();
  return found;
}

async function lock(
  work: Work,
  items: readonly Item[],
  links: readonly LinkItem[],
  resolution: Resolution,
  underIdentity: boolean,
): Promise<Map<Uuid, LockedRecord>> {
  const touched = new Set<Uuid>();
  const withRegisters = new Set<Uuid>();
  let sessions = 0;
  for (const item of items) {
    const stored = resolution.stored(item);
    const session = item.sessionId === undefined ? undefined : resolution.session(item);
    if (stored !== undefined) touched.add(stored);
    if (stored !== undefined && valuesOf(item)) withRegisters.add(stored);
    if (session === undefined) continue;
    touched.add(session);
    sessions++;
  }
  // What is only counted needs no look before it is written: `addActivity` locks for itself.
  if (links.length + withRegisters.size + sessions === 0) return new Map();
  const pairs = links.map((item) => linkPair(item, resolution));
  const decidedOver = pairs.flatMap((pair) => Object.values(pair));
  for (const id of decidedOver) touched.add(id);
  const locked = underIdentity
    ? await lockTrees(work, decidedOver, [...touched])
    : await lockRecords(work, [...touched], [...withRegisters]);
  for (const id of touched) if (!locked.get(id)?.receives) throw new RecordGone();
  const isOpen = pairs.some(({ user, linked }) => locked.get(user)?.canonicalId !== locked.get(linked)?.canonicalId);
  if (isOpen && !underIdentity) throw new LinkChanged();
  return locked;
}
