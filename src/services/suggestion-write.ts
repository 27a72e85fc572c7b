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

/**
 * Keeps suggestions. What was ever suggested between two people for this reason, whichever way round and by whichever
 * of their records, changes nothing: it may have been dismissed.
 */
export async function suggest(work: Work, suggestions: readonly NewSuggestion[]): Promise<void> {
  if (suggestions.length === 0) return;
  const unique = new Map(suggestions.map((each) => [pairKey(each), each]));
  const sorted = [...unique].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
  await work.tx.run(hot`/* suggestion.create */
    INSERT INTO merge_suggestion (workspace_id, id, reason, source_record_id, target_record_id, created_at)
    SELECT ${work.workspaceId}::uuid, s.id, s.reason, s.source, s.target, ${work.now.toISOString()}::timestamptz
    FROM unnest(${sorted.map(() => work.ids.uuid())}::uuid[], ${sorted.map((each) => each.reason)}::text[],
      ${sorted.map((each) => each.source)}::uuid[], ${sorted.map((each) => each.target)}::uuid[])
      AS s(id, reason, source, target)
    WHERE NOT EXISTS (
      SELECT FROM record one
      JOIN record member ON member.workspace_id = one.workspace_id AND member.canonical_id = one.canonical_id
      JOIN merge_suggestion g ON g.workspace_id = member.workspace_id
        AND (g.source_record_id = member.id OR g.target_record_id = member.id)
      JOIN record other ON other.workspace_id = g.workspace_id
        AND other.id = CASE member.id WHEN g.source_record_id THEN g.target_record_id ELSE g.source_record_id END
      JOIN record two ON two.workspace_id = other.workspace_id AND two.canonical_id = other.canonical_id
      WHERE one.workspace_id = ${work.workspaceId}::uuid AND one.id = s.source AND two.id = s.target
        AND g.reason = s.reason
    )
    ON CONFLICT DO NOTHING`);
}

/**
 * An equal email never merges by itself: each is suggested for the oldest other person with it. The older is the
 * target, so that two who say it at the same time suggest the same.
 */
export async function suggestSameEmail(work: Work, changed: readonly { id: Uuid; email: string }[]): Promise<void> {
  if (changed.length === 0) return;
  const pairs = await work.tx.rows<{ source: Uuid; target: Uuid }>(hot`/* suggestion.same_email */
    SELECT greatest(c.id, o.id) AS source, least(c.id, o.id) AS target
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

/** The same for both directions. */
function pairKey({ reason, source, target }: NewSuggestion): string {
  return [...[source, target].sort(), reason].join(' ');
}
