/** Identify and alias: links anonymous visitors to the users they turn out to be, item by item, in their order. */
import type { By } from '../context.ts';
import type { Uuid } from '../ids.ts';
import { Forest } from '../services/forest.ts';
import { findLinkFacts, insertMerges, type NewMerge, writeEdges } from '../services/merge-write.ts';
import type { LockedRecord } from '../services/record.ts';
import { type NewSuggestion, suggest } from '../services/suggestion-write.ts';
import type { Work } from '../services/work.ts';
import { linkedFrom } from './batch.ts';
import type { Alias, Identify, Item } from './item.ts';
import type { Resolution } from './resolve.ts';

/** An item that says an anonymous visitor is a user. */
export type LinkItem = Identify | Alias;

/** An accepted item and who sent it. */
export interface Entry<Kind extends Item = Item> {
  readonly item: Kind;
  readonly by: By;
}

/** True when an item may link two records. */
export function isLink(item: Item): item is LinkItem {
  return linkedFrom(item) !== null;
}

/** The two records of a link item, as far as they exist. */
export function findPair(item: LinkItem, resolution: Resolution): { user?: Uuid; anonymous?: Uuid } {
  const from = linkedFrom(item);
  if (!from) throw new Error('An item that links nothing was taken for a link.');
  const [user, anonymous] = [resolution.find({ kind: 'user', value: item.who.userId }), resolution.find(from)];
  return { ...(user && { user }), ...(anonymous && { anonymous }) };
}

/** The two records of a link item, once all were made. */
export function linkPair(item: LinkItem, resolution: Resolution): { user: Uuid; anonymous: Uuid } {
  const { user, anonymous } = findPair(item, resolution);
  if (!user || !anonymous) throw new Error('A link item was not resolved.');
  return { user, anonymous };
}

/**
 * Decides and writes the links of a batch. The caller holds the identity row and has locked all trees concerned.
 *
 * @returns the forest after it, and the survivors whose trees changed shape.
 */
export async function linkBatch(
  work: Work,
  entries: readonly Entry[],
  resolution: Resolution,
  locked: ReadonlyMap<Uuid, LockedRecord>,
): Promise<{ forest: Forest; reshaped: Set<Uuid> }> {
  const { users, bars } = await findLinkFacts(work, [...locked.keys()]);
  const forest = new Forest(locked.values(), users, bars);
  const merges: NewMerge[] = [];
  const suggestions: NewSuggestion[] = [];
  const introduced = new Set<Uuid>();
  for (const { item, by } of entries) {
    if (isLink(item)) {
      const { user, anonymous } = linkPair(item, resolution);
      const isNew = resolution.created.has(user) && !introduced.has(user);
      const decision = knownUser(item, resolution, forest) ?? forest.decide(user, anonymous, isNew);
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
  await suggest(work, suggestions);
  if (merges.length > 0) {
    await insertMerges(work, merges);
    await writeEdges(work, forest, locked, resolution.created);
  }
  return { forest, reshaped: new Set(merges.map((merge) => forest.root(merge.targetRecordId))) };
}

function knownUser(item: LinkItem, resolution: Resolution, forest: Forest) {
  if (item.type !== 'alias') return null;
  const previous = resolution.find({ kind: 'user', value: item.previousId });
  if (previous === undefined) return null;
  const [source, target] = [previous, linkPair(item, resolution).user].map((id) => forest.root(id)) as [Uuid, Uuid];
  if (source === target) return { kind: 'nothing' } as const;
  return { kind: 'suggest', reason: 'known_user', source, target } as const;
}
