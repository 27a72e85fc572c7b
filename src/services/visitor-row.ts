/** From profile rows to visitors as they are answered: the one place that knows the shape of the answer. */
import type { Visitor } from '../contract/visitor.ts';
import { toWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, hot, sql } from '../infra/sql.ts';
import { SESSION_IDLE_MS, SESSION_MAX_MS } from '../limits.ts';

/** A profile with what is read beside it. */
export interface VisitorRow {
  readonly id: Uuid;
  readonly user_id: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly avatar_url: string | null;
  readonly attributes: Record<string, unknown>;
  readonly location: Partial<Visitor['location']> | null;
  readonly browser: Partial<Visitor['browser']> | null;
  readonly os: Partial<Visitor['os']> | null;
  readonly device: { readonly type?: string } | null;
  readonly verified: boolean;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly event_count: number;
  readonly session_count: number;
  readonly message_count: number;
  readonly conversation_count: number;
  readonly first_contact_at: Date | null;
  readonly last_message_at: Date | null;
  readonly tags: string[];
  readonly company_id: Uuid | null;
  readonly company_external_id: string | null;
  readonly company_name: string | null;
  readonly merged_from: Uuid[] | null;
  readonly open_session_id: Uuid | null;
  readonly open_session_started_at: Date | null;
  readonly name_sort: string;
  readonly email_sort: string;
}

/**
 * Profiles and what stands beside them, in one statement whatever their number.
 *
 * @param ids a statement that answers survivors' ids as `id`. @param order over `p` (profile) and `a` (its activity).
 */
export function readVisitorRows(db: Sql, ids: Fragment, order: Fragment, now: Date): Promise<VisitorRow[]> {
  return db.rows(rowsStatement({ tag: sql, name: MANY, ids, order, now }));
}

/**
 * The visitors with these survivors' ids; those that are none are missing. One alone has a statement of its own: the
 * planner, which cannot know how many ids a list holds, would plan the list anew each time.
 */
export function readVisitors(db: Sql, workspaceId: Uuid, ids: readonly Uuid[], now: Date): Promise<VisitorRow[]> {
  const [only] = ids;
  const isOne = ids.length === 1;
  const named = isOne ? sql`p.id = ${only}::uuid` : sql`p.id = ANY(${ids}::uuid[])`;
  const found = sql`SELECT p.workspace_id, p.id FROM profile p WHERE p.workspace_id = ${workspaceId}::uuid AND ${named}`;
  return db.rows(rowsStatement({ tag: hot, name: isOne ? ONE : MANY, ids: found, order: sql`p.id`, now }));
}

const ONE = sql`/* visitor.row */`;
const MANY = sql`/* visitor.rows */`;

interface RowsStatement {
  /** Prepared, or planned per call. */
  readonly tag: typeof sql;
  readonly name: Fragment;
  readonly ids: Fragment;
  readonly order: Fragment;
  readonly now: Date;
}

function rowsStatement({ tag, name, ids, order, now }: RowsStatement): Fragment {
  const activeSince = new Date(now.getTime() - SESSION_IDLE_MS).toISOString();
  // What narrows the sessions down by their index: whatever began before it has ended by the client's own rule.
  const startedSince = new Date(now.getTime() - SESSION_MAX_MS - SESSION_IDLE_MS).toISOString();
  return tag`${name}
    WITH page AS MATERIALIZED (${ids})
    SELECT p.id, p.user_id, p.name, p.email, p.phone, p.avatar_url, p.attributes, p.location, p.browser, p.os, p.device,
      p.verified, p.tags, p.company_id, p.name_sort, p.email_sort, a.first_seen_at, a.last_seen_at, a.event_count,
      a.session_count, a.message_count, a.conversation_count, a.first_contact_at, a.last_message_at, c.external_id AS company_external_id, c.name AS company_name,
      m.merged_from, s.id AS open_session_id, s.started_at AS open_session_started_at
    FROM page
    JOIN profile p ON p.workspace_id = page.workspace_id AND p.id = page.id
    JOIN profile_activity a ON a.workspace_id = page.workspace_id AND a.id = page.id
    LEFT JOIN company c ON c.workspace_id = p.workspace_id AND c.id = p.company_id
    LEFT JOIN LATERAL (
      SELECT array_agg(r.id ORDER BY r.id) AS merged_from
      FROM record r
      WHERE r.workspace_id = p.workspace_id AND r.canonical_id = p.id AND r.id <> p.id AND r.answered
    ) m ON true
    LEFT JOIN LATERAL (
      SELECT s.id, s.started_at
      FROM record r
      JOIN session s ON s.workspace_id = r.workspace_id AND s.record_id = r.id
        AND s.started_at > ${startedSince}::timestamptz
      WHERE r.workspace_id = p.workspace_id AND r.canonical_id = p.id
        AND greatest(s.last_activity_at, s.started_at) > ${activeSince}::timestamptz
        AND (s.ended_at IS NULL OR s.ended_at < greatest(s.last_activity_at, s.started_at))
      ORDER BY s.last_activity_at DESC, s.id DESC
      LIMIT 1
    ) s ON a.last_seen_at > ${activeSince}::timestamptz
    ORDER BY ${order}`;
}

/** The shape callers see. Unknown scalars are null; location, browser and os are always objects. */
export function toVisitor(row: VisitorRow, now: Date): Visitor {
  const id = toWire('visitor', row.id);
  return {
    id,
    userId: row.user_id,
    name: row.name,
    email: row.email,
    phone: row.phone,
    avatarUrl: row.avatar_url,
    attributes: row.company_name === null ? row.attributes : { ...row.attributes, company: row.company_name },
    location: { city: null, country: null, timezone: null, ...row.location },
    browser: { name: null, version: null, ...row.browser },
    os: { name: null, version: null, ...row.os },
    device: row.device?.type ?? null,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: lastSeen(row).toISOString(),
    conversationCount: row.conversation_count,
    sessionCount: row.session_count,
    known: row.name !== null || row.email !== null,
    identified: row.user_id !== null,
    verified: row.verified,
    displayName: row.name ?? row.email ?? `Anonymous ${id.slice(-4)}`,
    createdAt: typeof row.attributes.createdAt === 'string' ? row.attributes.createdAt : null,
    firstContactAt: row.first_contact_at?.toISOString() ?? null,
    lastMessageAt: row.last_message_at?.toISOString() ?? null,
    messageCount: row.message_count,
    eventCount: row.event_count,
    tags: row.tags,
    repeat: row.session_count >= 2,
    company: companyOf(row),
    online: false,
    currentPage: null,
    currentSession: sessionOf(row, now),
    mergedFrom: (row.merged_from ?? []).map((merged) => toWire('visitor', merged)),
  };
}

/** Whoever was seen by nothing but one heartbeat was seen last when being seen first (see session-write.ts). */
function lastSeen({ first_seen_at: first, last_seen_at: last }: VisitorRow): Date {
  return first > last ? first : last;
}

function companyOf(row: VisitorRow): Visitor['company'] {
  if (row.company_id === null || row.company_external_id === null || row.company_name === null) return null;
  return { id: toWire('company', row.company_id), externalId: row.company_external_id, name: row.company_name };
}

function sessionOf({ open_session_id: id, open_session_started_at: startedAt }: VisitorRow, now: Date) {
  if (id === null || startedAt === null) return null;
  const duration = Math.max(0, Math.floor((now.getTime() - startedAt.getTime()) / 1000));
  return { id: toWire('session', id), startedAt: startedAt.toISOString(), duration };
}
