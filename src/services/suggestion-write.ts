/** Records that two people may be one. Said once per pair and reason, and never again after it was dismissed. */
import type { SuggestionReason } from '../contract/suggestion.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { foldText } from './fold.ts';
import type { Work } from './work.ts';

/** A proposed merge between two records (answered as their survivors). */
export interface NewSuggestion {
  readonly reason: SuggestionReason;
  readonly source: Uuid;
  readonly target: Uuid;
}

/** Keeps suggestions; one that is known, even dismissed, changes nothing. */
export async function suggest(work: Work, suggestions: readonly NewSuggestion[]): Promise<void> {
  if (suggestions.length === 0) return;
  const key = (each: NewSuggestion) => `${each.source} ${each.target} ${each.reason}`;
  const sorted = [...suggestions].sort((left, right) => (key(left) < key(right) ? -1 : 1));
  await work.tx.run(hot`/* suggestion.create */
    INSERT INTO merge_suggestion (workspace_id, id, reason, source_record_id, target_record_id, created_at)
    SELECT ${work.workspaceId}::uuid, s.id, s.reason, s.source, s.target, ${work.now.toISOString()}::timestamptz
    FROM unnest(${sorted.map(() => work.ids.uuid())}::uuid[], ${sorted.map((each) => each.reason)}::text[],
      ${sorted.map((each) => each.source)}::uuid[], ${sorted.map((each) => each.target)}::uuid[])
      AS s(id, reason, source, target)
    ON CONFLICT DO NOTHING`);
}

/** An equal email never merges by itself: each is suggested for the oldest other person with it. */
export async function suggestSameEmail(work: Work, changed: readonly { id: Uuid; email: string }[]): Promise<void> {
  if (changed.length === 0) return;
  const pairs = await work.tx.rows<{ source: Uuid; target: Uuid }>(hot`/* suggestion.same_email */
    SELECT c.id AS source, o.id AS target
    FROM unnest(${changed.map((each) => each.id)}::uuid[], ${changed.map((each) => foldText(each.email))}::text[])
      AS c(id, email)
    CROSS JOIN LATERAL (
      SELECT p.id FROM profile p
      WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.email_folded = c.email AND p.id <> c.id
      ORDER BY p.id
      LIMIT 1
    ) o`);
  await suggest(
    work,
    pairs.map((pair) => ({ reason: 'same_email', ...pair })),
  );
}
