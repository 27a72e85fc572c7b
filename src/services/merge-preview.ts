/** The visitor a merge would leave, without merging: both profiles put together in memory. */
import type { CompanyMention } from '../contract/item.ts';
import type { Visitor } from '../contract/visitor.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { foldText, sortKey } from './fold.ts';
import type { MergePlan, Sides } from './merge-plan.ts';
import { type CompanyRef, resolve } from './profile.ts';
import { fold } from './register.ts';
import { unionOfTags } from './tag-union.ts';
import { readVisitors, toVisitor, type VisitorRow } from './visitor-row.ts';
import type { Work } from './work.ts';

/**
 * Reads both; writes nothing. The caller holds the locks. A company that the merge would make has no id to show yet.
 *
 * @param mention of the overrides.
 */
export async function previewVisitor(
  work: Work,
  { source, target }: Sides,
  plan: MergePlan,
  mention: CompanyMention | undefined,
): Promise<Visitor> {
  const rows = await readVisitors(work.tx, work.workspaceId, [source.id, target.id], work.now);
  const [from, into] = [source.id, target.id].map((id) => rows.find((row) => row.id === id));
  if (!from || !into) throw new Error('A locked survivor has no profile.');
  const { company, avatarUrl, name, email, ...resolved } = resolve(
    fold(source.registers, target.registers, plan.registers),
  );
  const companyRow = company && (await readCompany(work, company.id));
  const row: VisitorRow = {
    ...into,
    ...sums(from, into),
    ...(resolved as Pick<VisitorRow, 'phone' | 'attributes' | 'browser' | 'os' | 'device' | 'location' | 'verified'>),
    name,
    email,
    avatar_url: avatarUrl,
    name_sort: sortKey(name && foldText(name)),
    email_sort: sortKey(email && foldText(email)),
    user_id: into.user_id ?? from.user_id,
    company_id: companyRow?.id ?? null,
    company_external_id: companyRow?.external_id ?? null,
    company_name: company && nameOf(company, companyRow ?? null, mention),
  };
  return toVisitor(row, work.now);
}

function nameOf({ id }: CompanyRef, row: { name: string } | null, mention: CompanyMention | undefined): string {
  const given = mention?.values.name;
  if (given === null) return id;
  return typeof given === 'string' ? given : (row?.name ?? id);
}

async function readCompany(work: Work, externalId: string) {
  const [row] = await work.tx.rows<{ id: Uuid; external_id: string; name: string }>(hot`/* company.by_external_id */
    SELECT id, external_id, name FROM company
    WHERE workspace_id = ${work.workspaceId}::uuid AND external_id = ${externalId}`);
  return row;
}

function sums(from: VisitorRow, into: VisitorRow) {
  const isFromFirst = from.first_seen_at < into.first_seen_at;
  const isFromLast = from.last_seen_at > into.last_seen_at;
  return {
    first_seen_at: isFromFirst ? from.first_seen_at : into.first_seen_at,
    last_seen_at: isFromLast ? from.last_seen_at : into.last_seen_at,
    event_count: from.event_count + into.event_count,
    session_count: from.session_count + into.session_count,
    message_count: from.message_count + into.message_count,
    conversation_count: from.conversation_count + into.conversation_count,
    tags: unionOfTags(from.tags, into.tags),
    merged_from: [...(into.merged_from ?? []), ...(from.merged_from ?? []), from.id].sort(),
    open_session_id: into.open_session_id ?? from.open_session_id,
    open_session_started_at: into.open_session_started_at ?? from.open_session_started_at,
  };
}
