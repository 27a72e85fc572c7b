/** Keeps profiles what their records say: folds new values in, or reads a whole tree anew after its shape changed. */
import type { Uuid } from '../ids.ts';
import { hot, sql } from '../infra/sql.ts';
import { companyIds } from './company-write.ts';
import { currentValue, profileColumns } from './profile.ts';
import { fold, keepNewest, type Registers } from './register.ts';
import { suggestSameEmail } from './suggestion-write.ts';
import { tagsOfTree } from './tag-union.ts';
import { chooseUserId, type TreeRow } from './tree.ts';
import type { Work } from './work.ts';

/** Folds registers into the profiles of survivors. The caller holds a record lock in each one's tree. */
export async function foldIntoProfiles(work: Work, additions: ReadonlyMap<Uuid, Registers>): Promise<void> {
  if (additions.size === 0) return;
  const before = await lockProfileRegisters(work, [...additions.keys()]);
  const after = new Map<Uuid, Registers>();
  for (const [id, registers] of additions) after.set(id, keepNewest(fold(before.get(id) ?? {}, registers)));
  await writeValues(work, after);
  await suggestSameEmail(work, changedEmails(before, after));
}

/** Locks profiles by id and answers their winning registers. */
export async function lockProfileRegisters(work: Work, survivors: readonly Uuid[]): Promise<Map<Uuid, Registers>> {
  const rows = await work.tx.rows<{ id: Uuid; registers: Registers }>(hot`/* profile.registers */
    SELECT id, registers FROM profile
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${survivors}::uuid[])
    ORDER BY id
    FOR NO KEY UPDATE`);
  return new Map(rows.map((row) => [row.id, row.registers]));
}

/**
 * Makes the profiles of these survivors anew from their records and the merges in force, and drops the profiles of
 * records that are survivors no longer. The caller holds the identity row and all records of the trees.
 *
 * @returns the winning registers of each.
 */
export async function recomputeProfiles(work: Work, survivors: readonly Uuid[]): Promise<Map<Uuid, Registers>> {
  if (survivors.length === 0) return new Map();
  const rows = await work.tx.rows<TreeRow>(hot`/* profile.tree */
    SELECT r.id, r.canonical_id, r.parent_id, r.parent_merge_id, r.registers, m.kind AS merge_kind,
      m.registers AS merge_registers, i.value AS user_id
    FROM record r
    LEFT JOIN merge m ON m.workspace_id = r.workspace_id AND m.id = r.parent_merge_id
    LEFT JOIN identifier i ON i.workspace_id = r.workspace_id AND i.record_id = r.id AND i.kind = 'user'
    WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.canonical_id = ANY(${survivors}::uuid[])`);
  const values = new Map<Uuid, Registers>();
  const userIds: (string | null)[] = [];
  for (const survivor of survivors) {
    const tree = rows.filter((row) => row.canonical_id === survivor);
    values.set(survivor, keepNewest(fold(...tree.flatMap((row) => [row.registers, row.merge_registers ?? {}]))));
    userIds.push(chooseUserId(tree));
  }
  await work.tx.run(hot`/* profile.recount */
    WITH profiles AS (
      INSERT INTO profile (workspace_id, id, user_id, identified, created_at, name_sort, email_sort, tags)
      SELECT ${work.workspaceId}::uuid, s.id, s.user_id, s.user_id IS NOT NULL, ${work.now.toISOString()}::timestamptz,
        '', '', ${tagsOfTree(work.workspaceId, sql`s.id`)}
      FROM unnest(${survivors}::uuid[], ${userIds}::text[]) AS s(id, user_id)
      ON CONFLICT (workspace_id, id) DO UPDATE SET
        user_id = excluded.user_id, identified = excluded.identified, tags = excluded.tags
    )
    INSERT INTO profile_activity (workspace_id, id, first_seen_at, last_seen_at, last_seen_minute, event_count,
      page_view_count, session_count, conversation_count, message_count, first_contact_at, last_message_at,
      event_count_log2, session_count_log2, message_count_log2)
    SELECT ${work.workspaceId}::uuid, s.id, c.first_seen, c.last_seen, date_trunc('minute', c.last_seen), c.events,
      c.page_views, c.sessions, c.conversations, c.messages, c.first_contact, c.last_message,
      floor(ln((c.events + 1)::float8) / ln(2::float8)), floor(ln((c.sessions + 1)::float8) / ln(2::float8)),
      floor(ln((c.messages + 1)::float8) / ln(2::float8))
    FROM unnest(${survivors}::uuid[]) AS s(id)
    CROSS JOIN LATERAL (
      SELECT min(r.first_seen_at) AS first_seen, max(r.last_seen_at) AS last_seen, sum(r.event_count)::int AS events,
        sum(r.page_view_count)::int AS page_views, sum(r.session_count)::int AS sessions,
        sum(r.conversation_count)::int AS conversations, sum(r.message_count)::int AS messages,
        min(r.first_contact_at) AS first_contact, max(r.last_message_at) AS last_message
      FROM record r
      WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.canonical_id = s.id
    ) c
    ON CONFLICT (workspace_id, id) DO UPDATE SET
      first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
      last_seen_minute = excluded.last_seen_minute, event_count = excluded.event_count,
      page_view_count = excluded.page_view_count, session_count = excluded.session_count,
      conversation_count = excluded.conversation_count, message_count = excluded.message_count,
      first_contact_at = excluded.first_contact_at, last_message_at = excluded.last_message_at,
      event_count_log2 = excluded.event_count_log2, session_count_log2 = excluded.session_count_log2,
      message_count_log2 = excluded.message_count_log2`);
  await writeValues(work, values);
  await work.tx.run(hot`/* profile.drop_merged */
    DELETE FROM profile p USING record r
    WHERE p.workspace_id = ${work.workspaceId}::uuid AND r.workspace_id = p.workspace_id AND r.id = p.id
      AND r.canonical_id <> r.id AND r.canonical_id = ANY(${survivors}::uuid[])`);
  return values;
}

async function writeValues(work: Work, values: ReadonlyMap<Uuid, Registers>): Promise<void> {
  const companies = await companyIds(work, [...values.values()]);
  const rows = [...values].map(([id, registers]) => ({ id, ...profileColumns(registers, companies) }));
  await work.tx.run(hot`/* profile.write_values */
    UPDATE profile p SET
      name = v.name, email = v.email, phone = v.phone, avatar_url = v.avatar_url, attributes = v.attributes,
      company_id = v.company_id, browser = v.browser, os = v.os, device = v.device, location = v.location,
      registers = v.registers, known = v.known, verified = v.verified,
      name_folded = v.name_folded, email_folded = v.email_folded, name_sort = v.name_sort, email_sort = v.email_sort, search_words = v.search_words
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v(id uuid, name text, email text, phone text,
      avatar_url text, attributes jsonb, company_id uuid, browser jsonb, os jsonb, device jsonb, location jsonb,
      registers jsonb, known boolean, verified boolean, name_folded text, email_folded text, name_sort text, email_sort text,
      search_words text)
    WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.id = v.id`);
}

function changedEmails(before: ReadonlyMap<Uuid, Registers>, after: ReadonlyMap<Uuid, Registers>) {
  const changed: { id: Uuid; email: string }[] = [];
  for (const [id, registers] of after) {
    const email = currentValue(registers.email);
    if (typeof email === 'string' && email !== currentValue(before.get(id)?.email)) changed.push({ id, email });
  }
  return changed;
}
