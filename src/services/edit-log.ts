/** Every edit by hand, as it was made: written beside the registers, which only keep the last word. */
import type { By } from '../context.ts';
import type { Values } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { hot, sql } from '../infra/sql.ts';
import type { Work } from './work.ts';

/** An edit of one field. */
export interface LoggedEdit {
  readonly field: string;
  /** Null when it was removed. */
  readonly value: unknown;
  readonly by: By;
  readonly editedAt: Date;
}

/** A record, and the moment from which its edits are asked for. */
export interface EditSpan {
  readonly recordId: Uuid;
  readonly since: Date;
}

/** @param editedAt milliseconds since 1970: the date of the registers. */
export async function logEdit(
  work: Work,
  recordId: Uuid,
  { values, by, editedAt }: { readonly values: Values; readonly by: By; readonly editedAt: number },
): Promise<void> {
  const rows = Object.entries(values).map(([field, value]) => ({ id: work.ids.uuid(), field, value }));
  await work.tx.run(hot`/* edit.log */
    INSERT INTO visitor_edit (workspace_id, id, record_id, field, value, by, edited_at)
    SELECT ${work.workspaceId}::uuid, e.id, ${recordId}::uuid, e.field, e.value, ${JSON.stringify(by)}::jsonb,
      ${new Date(editedAt).toISOString()}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(id uuid, field text, value jsonb)`);
}

/** Edits of these records since the moment beside each, oldest first. */
export function readEdits(work: Work, spans: readonly EditSpan[]): Promise<LoggedEdit[]> {
  return work.tx.rows<LoggedEdit>(sql`/* edit.since */
    SELECT e.field, e.value, e.by, e.edited_at AS "editedAt"
    FROM unnest(${spans.map(({ recordId }) => recordId)}::uuid[],
      ${spans.map(({ since }) => since.toISOString())}::timestamptz[]) AS s(record_id, since)
    JOIN visitor_edit e ON e.workspace_id = ${work.workspaceId}::uuid AND e.record_id = s.record_id
      AND e.edited_at >= s.since
    ORDER BY e.edited_at, e.id`);
}
