/** Which userId speaks for a tree that has several. */
import type { Uuid } from '../ids.ts';
import type { Registers } from './register.ts';

/** A record of a tree with the merge that is its edge, as `profile.tree` answers it. */
export interface TreeRow {
  readonly id: Uuid;
  readonly canonical_id: Uuid;
  readonly parent_id: Uuid | null;
  readonly parent_merge_id: Uuid | null;
  readonly registers: Registers;
  readonly merge_kind: string | null;
  readonly merge_registers: Registers | null;
  readonly user_id: string | null;
}

/**
 * The userId a person answers with: at every merge the target's stayed, or the source's was adopted. Links by identify
 * and alias never join two users, only merges by hand do; so of several the one wins whose merges, from the survivor
 * down, came first.
 */
export function chooseUserId(
  tree: readonly Pick<TreeRow, 'id' | 'parent_id' | 'parent_merge_id' | 'merge_kind' | 'user_id'>[],
): string | null {
  const rows = new Map(tree.map((row) => [row.id, row]));
  const candidates = tree.flatMap((row) =>
    row.user_id === null ? [] : [{ userId: row.user_id, path: manualMerges(row.id).join() }],
  );
  candidates.sort((left, right) => compare(left.path, right.path));
  return candidates[0]?.userId ?? null;

  /** Ids of merges sort by their time; a path sorts before every longer one it begins. */
  function manualMerges(id: Uuid): Uuid[] {
    const path: Uuid[] = [];
    for (let row = rows.get(id); row?.parent_id; row = rows.get(row.parent_id)) {
      if (row.merge_kind === 'manual' && row.parent_merge_id) path.unshift(row.parent_merge_id);
    }
    return path;
  }
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
