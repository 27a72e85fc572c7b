/**
 * What merging two people would do, decided once: the same plan is shown, hashed, and carried out. Target's values win,
 * missing ones are adopted, overrides come first.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Values } from '../contract/item.ts';
import type { MergeChoice } from '../contract/merge.ts';
import type { Uuid } from '../ids.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Forest } from './forest.ts';
import { currentValue, isEditable } from './profile.ts';
import { after, fold, type Registers, stamp } from './register.ts';
import type { Work } from './work.ts';

/** Both survivors and the winning registers of each. */
export interface Sides {
  readonly source: { readonly id: Uuid; readonly registers: Registers };
  readonly target: { readonly id: Uuid; readonly registers: Registers };
}

/** What a merge will do, before it is done. */
export interface MergePlan {
  /** Over ids, links and editable fields of both people; not over counts, times or what the caller overrides. */
  readonly hash: string;
  /** Choices of the merge, dated after everything they decide over; in force while the merge is. */
  readonly registers: Registers;
  /** Fields both had with different values, and overridden ones. */
  readonly conflicts: MergeChoice[];
}

/** @param mergeId of the merge the choices belong to. @param overrides values by register key, null removes. */
export function planMerge(work: Work, forest: Forest, sides: Sides, overrides: Values, mergeId: Uuid): MergePlan {
  const [source, target] = [editable(sides.source.registers), editable(sides.target.registers)];
  const natural = fold(source, target);
  const choices: Record<string, unknown> = {};
  const conflicts: MergeChoice[] = [];
  for (const key of [...new Set([...Object.keys(natural), ...Object.keys(overrides)])].sort()) {
    const [ofSource, ofTarget] = [currentValue(source[key]), currentValue(target[key])];
    const isOverridden = key in overrides;
    const chosen = isOverridden ? (overrides[key] ?? null) : (ofTarget ?? ofSource);
    const bothHave = ofSource !== null && ofTarget !== null;
    if (isOverridden || bothHave || !isDeepStrictEqual(currentValue(natural[key]), chosen)) choices[key] = chosen;
    if (isOverridden || (bothHave && !isDeepStrictEqual(ofSource, ofTarget))) {
      conflicts.push({ field: key, source: ofSource, target: ofTarget, chosen });
    }
  }
  const timestamp = after(work.now, source, target);
  return {
    hash: hashOf(forest, sides, source, target),
    registers: stamp(choices, { timestamp, messageId: mergeId }),
    conflicts,
  };
}

function editable(registers: Registers): Registers {
  return Object.fromEntries(Object.entries(registers).filter(([key]) => isEditable(key)));
}

function hashOf(forest: Forest, sides: Sides, source: Registers, target: Registers): string {
  const links = (id: Uuid) =>
    forest
      .tree(id)
      .sort()
      .map((record) => [record, forest.edge(record).parentId]);
  const values = (registers: Registers) =>
    Object.entries(registers)
      .flatMap(([key, register]) => (currentValue(register) === null ? [] : [[key, register.v]]))
      .sort();
  const state = [
    sides.source.id,
    links(sides.source.id),
    values(source),
    sides.target.id,
    links(sides.target.id),
    values(target),
  ];
  return createHash('sha256').update(canonicalJson(state)).digest('base64url');
}
