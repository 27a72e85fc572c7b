/** The tags of a person: those of all records of their tree, each once. By code points, the same on every database. */
import type { Uuid } from '../ids.ts';
import { type Fragment, sql } from '../infra/sql.ts';

/** As an array. @param survivor the column that holds whose tree it is. */
export function tagsOfTree(workspaceId: Uuid, survivor: Fragment): Fragment {
  return sql`ARRAY(
    SELECT DISTINCT t.tag COLLATE "C"
    FROM record r
    JOIN visitor_tag t ON t.workspace_id = r.workspace_id AND t.record_id = r.id
    WHERE r.workspace_id = ${workspaceId}::uuid AND r.canonical_id = ${survivor}
    ORDER BY 1
  )`;
}

/** The same of two people who would be one. */
export function unionOfTags(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
