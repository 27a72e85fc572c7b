/** Identify and alias: links anonymous visitors to the users they turn out to be, item by item, in their order. */
import type { By } from '../context.ts';
import type { Alias, Identify, Item } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { Forest, type LinkDecision } from '../services/forest.ts';
import { findLinkFacts, insertMerges, type NewMerge, writeEdges } from '../services/merge-write.ts';
import type { LockedRecord } from '../services/record.ts';
import { type NewSuggestion, suggest } from '../services/suggestion-write.ts';
import type { Work } from '../services/work.ts';
import { linkedFrom } from './batch.ts';
import type { Resolution } from './resolve.ts';

/** An item that says an anonymous visitor is a user. */
export type LinkItem = Identify | Alias;

/** An accepted item and who sent it. */
export interface Entry<Kind extends Item = Item> {
  readonly item: Kind;
  readonly by: By;
  /** HMAC key of the workspace: what was erased is known by keyed hashes alone. */
  readonly hashKey: Uint8Array;
}

/** True when an item may link two records. */
export function isLink(item: Item): item is LinkItem {
  return linkedFrom(item) !== null;
}

/** The two records a link item is decided over, as far as they exist: its userId's, and that of whom it was so far. */
export function findPair(item: LinkItem, resolution: Resolution): { user?: Uuid; linked?: Uuid } {
  const from = resolution.linked(item);
  if (!from) throw new Error('An item that links nothing was taken for a link.');
  const [user, linked] = [resolution.find({ kind: 'user', value: item.who.userId }), resolution.find(from)];
  return { ...(user && { user }), ...(linked && { linked }) };
}

/** The same, once all were made. */
export function linkPair(item: LinkItem, resolution: Resolution): { user: Uuid; linked: Uuid } {
  const { user, linked } = findPair(item, resolution);
  if (!user || !linked) throw new Error('A link item was not resolved.');
  return { user, linked };
}

/**
 * Decides and writes the links of a batch. The caller holds the identity row and has locked all trees decided over.
 *
 * @returns those trees after it, and the survivors whose trees changed shape.
 */
export async function linkBatch(
  work: Work,
  entries: readonly Entry[],
  resolution: Resolution,
  locked: ReadonlyMap<Uuid, LockedRecord>,
): Promise<{ forest: Forest; reshaped: Set<Uuid> }> {
  const trees = decidedTrees(entries, resolution, locked);
  const { users, bars } = await findLinkFacts(work, [...trees.keys()]);
  const forest = new Forest(trees.values(), users, bars);
  const merges: NewMerge[] = [];
  const suggestions: NewSuggestion[] = [];
  const introduced = new Set<Uuid>();
  const isUnseen = (id: Uuid) => resolution.created.has(id) && !introduced.has(id);
  for (const { item, by } of entries) {
    if (isLink(item)) {
      const { user, linked } = linkPair(item, resolution);
      const isUser = resolution.linked(item)?.kind === 'user';
      const decision = isUser ? decideKnownUser(forest, linked, user) : forest.decide(user, linked, isUnseen(user));
      if (decision.kind === 'suggest') suggestions.push(decision);
      if (decision.kind === 'link') {
        const kind = item.type;
        const merge = { id: work.ids.uuid(), kind, registers: {}, planHash: null, by };
        const [sourceRecordId, targetRecordId] = [decision.source, decision.target];
        merges.push({ ...merge, sourceRecordId, targetRecordId, targetSurvivorId: forest.root(targetRecordId) });
        forest.link(sourceRecordId, targetRecordId, merge.id);
      }
    }
    const stored = resolution.stored(item);
    if (stored !== undefined) introduced.add(stored);
  }
  if (merges.length > 0) {
    await insertMerges(work, merges);
    await writeEdges(work, forest, trees, resolution.created);
  }
  await suggest(work, suggestions);
  return { forest, reshaped: new Set(merges.map((merge) => forest.root(merge.targetRecordId))) };
}

/** The locked trees that links are decided over; other locked records come without the rest of theirs. */
function decidedTrees(entries: readonly Entry[], resolution: Resolution, locked: ReadonlyMap<Uuid, LockedRecord>) {
  const decided = entries.flatMap(({ item }) => (isLink(item) ? Object.values(linkPair(item, resolution)) : []));
  const survivors = new Set(decided.map((id) => locked.get(id)?.canonicalId));
  return new Map([...locked].filter(([, record]) => survivors.has(record.canonicalId)));
}

function decideKnownUser(forest: Forest, previous: Uuid, user: Uuid): LinkDecision {
  const [source, target] = [forest.root(previous), forest.root(user)];
  return source === target ? { kind: 'nothing' } : { kind: 'suggest', reason: 'known_user', source, target };
}
