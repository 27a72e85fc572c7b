/**
 * The list of visitors: its conditions, its order, and where a page begins. All on `profile` and
 * `profile_activity`, all indexed.
 */
import type { VisitorQuery, VisitorSort, VisitorSortKey } from '../contract/visitor.ts';
import { fromWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, join, sql } from '../infra/sql.ts';
import { foldText, foldWords } from './fold.ts';
import type { PagedList } from './page-read.ts';
import { isCleanText, isCount, isUuid, isWrittenTime, parseList } from './position.ts';
import { readVisitorRows, type VisitorRow } from './visitor-row.ts';

/** Shorter terms match beginnings of words: an index of trigrams cannot narrow them down. */
const SUBSTRING_LENGTH = 3;

/** How one sort key orders: an indexed column, where it is coarse the exact one behind it, then the id. */
interface Order {
  readonly columns: readonly Fragment[];
  readonly types: readonly ColumnType[];
  /** The id behind the columns, of the same table. */
  readonly id: Fragment;
  position(row: VisitorRow): readonly (string | number)[];
}

/** What a column holds: what its values are cast to, and which values of a cursor can be. */
interface ColumnType {
  readonly cast: Fragment;
  fits(value: unknown): boolean;
}

const timestamp: ColumnType = { cast: sql`timestamptz`, fits: isWrittenTime };
const whole: ColumnType = { cast: sql`int`, fits: isCount };
const text: ColumnType = { cast: sql`text`, fits: isCleanText };
const uuid: ColumnType = { cast: sql`uuid`, fits: isUuid };
const [ofActivity, ofProfile] = [sql`a.id`, sql`p.id`];

/** What changes with every flush is indexed by a coarse companion; exact order comes from the sort behind it. */
const ORDERS: Readonly<Record<VisitorSortKey, Order>> = {
  lastSeenAt: {
    columns: [sql`a.last_seen_minute`, sql`a.last_seen_at`],
    types: [timestamp, timestamp],
    id: ofActivity,
    position: (row) => [minuteOf(row.last_seen_at), row.last_seen_at.toISOString()],
  },
  firstSeenAt: {
    columns: [sql`a.first_seen_at`],
    types: [timestamp],
    id: ofActivity,
    position: (row) => [row.first_seen_at.toISOString()],
  },
  name: { columns: [sql`p.name_sort`], types: [text], id: ofProfile, position: (row) => [row.name_sort] },
  email: { columns: [sql`p.email_sort`], types: [text], id: ofProfile, position: (row) => [row.email_sort] },
  messageCount: count(sql`a.message_count_log2`, sql`a.message_count`, (row) => row.message_count),
  sessionCount: count(sql`a.session_count_log2`, sql`a.session_count`, (row) => row.session_count),
  eventCount: count(sql`a.event_count_log2`, sql`a.event_count`, (row) => row.event_count),
};

/** Where a page ended: the values it is ordered by, then the id. */
type Position = readonly (string | number)[];

/** The list that a query asks for. */
export function visitorList(
  db: Sql,
  workspaceId: Uuid,
  query: VisitorQuery,
  now: Date,
): PagedList<VisitorRow, Position> {
  const { order, descending } = orderOf(query.sort);
  const where = conditions(workspaceId, query);
  const direction = descending ? sql`DESC` : sql`ASC`;
  const columns = [...order.columns, order.id];
  const types = [...order.types, uuid];
  const orderBy = join(
    columns.map((column) => sql`${column} ${direction}`),
    sql`, `,
  );
  return {
    async count() {
      const [row] = await db.rows<{ total: number }>(sql`/* visitor.count */
        SELECT count(*)::int AS total FROM profile p WHERE p.workspace_id = ${workspaceId}::uuid ${where}`);
      return row?.total ?? 0;
    },
    read({ after, skip, take }) {
      const behind = after ? sql`AND ${isBehind(columns, types, after, descending)}` : sql``;
      // Ids first, by the narrow rows alone when nothing is asked of profiles; then everything of the few that are shown.
      const page = sql`SELECT ${order.id}, ${workspaceId}::uuid AS workspace_id FROM ${tablesOf(order)}
        WHERE ${inWorkspace(order, workspaceId)} ${where} ${behind} ORDER BY ${orderBy} LIMIT ${take} OFFSET ${skip}`;
      return readVisitorRows(db, page, orderBy, now);
    },
    write: (row) => JSON.stringify([query.sort, ...order.position(row), row.id]),
    parse: (cursor) => parsePosition(cursor, query.sort, types),
  };
}

function conditions(workspaceId: Uuid, query: VisitorQuery): Fragment {
  const all: Fragment[] = [];
  if (query.search?.trim()) all.push(matches(query.search));
  if (query.identified !== undefined) all.push(sql`p.identified = ${query.identified}`);
  if (query.known !== undefined) all.push(sql`p.known = ${query.known}`);
  if (query.hasEmail !== undefined) all.push(query.hasEmail ? sql`p.email IS NOT NULL` : sql`p.email IS NULL`);
  if (query.email !== undefined) all.push(sql`p.email_folded = ${foldText(query.email)}`);
  if (query.userId !== undefined) all.push(hasIdentifier(workspaceId, 'user', query.userId));
  if (query.anonymousId !== undefined) all.push(hasIdentifier(workspaceId, 'anon', query.anonymousId));
  if (query.companyId !== undefined) all.push(worksAt(workspaceId, query.companyId));
  return all.length === 0 ? sql`` : sql`AND ${join(all, sql` AND `)}`;
}

/** A left join that nothing is asked of is left out by the database. */
function tablesOf({ id }: Order): Fragment {
  if (id === ofProfile) return sql`profile p`;
  return sql`profile_activity a LEFT JOIN profile p ON p.workspace_id = a.workspace_id AND p.id = a.id`;
}

function inWorkspace({ id }: Order, workspaceId: Uuid): Fragment {
  return id === ofProfile ? sql`p.workspace_id = ${workspaceId}::uuid` : sql`a.workspace_id = ${workspaceId}::uuid`;
}

/** Substring of name or email, taken literally; two indexes, one per column, beat one over both. */
function matches(search: string): Fragment {
  const term = foldText(search);
  if ([...term].length >= SUBSTRING_LENGTH) {
    const pattern = `%${literal(term)}%`;
    return sql`(p.name_folded LIKE ${pattern} OR p.email_folded LIKE ${pattern})`;
  }
  const words = foldWords(search);
  return words === '' ? sql`false` : sql`p.search_words LIKE ${`%${literal(words)}%`}`;
}

function literal(term: string): string {
  return term.replace(/[\\%_]/g, (character) => `\\${character}`);
}

function hasIdentifier(workspaceId: Uuid, kind: 'user' | 'anon', value: string): Fragment {
  return sql`p.id = (
    SELECT r.canonical_id FROM identifier i
    JOIN record r ON r.workspace_id = i.workspace_id AND r.id = i.record_id
    WHERE i.workspace_id = ${workspaceId}::uuid AND i.kind = ${kind} AND i.value = ${value})`;
}

/** By our id or by the customer's own. */
function worksAt(workspaceId: Uuid, company: string): Fragment {
  const id = fromWire('company', company);
  if (id !== null) return sql`p.company_id = ${id}::uuid`;
  return sql`p.company_id = (
    SELECT c.id FROM company c WHERE c.workspace_id = ${workspaceId}::uuid AND c.external_id = ${company})`;
}

function orderOf(sort: VisitorSort): { order: Order; descending: boolean } {
  const descending = sort.startsWith('-');
  return { order: ORDERS[(descending ? sort.slice(1) : sort) as VisitorSortKey], descending };
}

function count(coarse: Fragment, exact: Fragment, of: (row: VisitorRow) => number): Order {
  // The coarse column is recomputed from the exact one, as the writer does it.
  return {
    columns: [coarse, exact],
    types: [whole, whole],
    id: ofActivity,
    position: (row) => [Math.floor(Math.log2(of(row) + 1)), of(row)],
  };
}

/** Rows behind a position: one comparison of whole rows, whose first column the index narrows down. */
function isBehind(
  columns: readonly Fragment[],
  types: readonly ColumnType[],
  after: Position,
  descending: boolean,
): Fragment {
  const values = after.map((value, i) => sql`${value}::${types[i]?.cast}`);
  const compare = descending ? sql`<` : sql`>`;
  return sql`(${join(columns, sql`, `)}) ${compare} (${join(values, sql`, `)})`;
}

function parsePosition(cursor: string, sort: VisitorSort, types: readonly ColumnType[]): Position | null {
  const [sortedBy, ...position] = parseList(cursor);
  if (sortedBy !== sort || position.length !== types.length) return null;
  return types.every((type, i) => type.fits(position[i])) ? (position as readonly unknown[] as Position) : null;
}

function minuteOf(at: Date): string {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString();
}
