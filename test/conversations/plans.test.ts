/** Lists of conversations are read by an index however many there are. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { Database, Sql } from '../../src/infra/database.ts';
import { compile, type Fragment, sql } from '../../src/infra/sql.ts';
import { listConversations, listVisitorConversations } from '../../src/services/conversation.ts';
import { startConversation } from '../../src/services/conversation-start.ts';
import { listMessages, markRead, sendMessage } from '../../src/services/message.ts';
import { createWorld, type World } from '../support/world.ts';

const CONVERSATIONS = 50_000;
const PEOPLE = 400;

let world: World;
let agent: Context;
let visitor: Context;
let conversationId: string;
const plans = new Map<string, string>();

beforeAll(async () => {
  world = await createWorld();
  const workspace = await world.workspace();
  agent = { ...workspace, db: explaining(world.db) };
  const anonymousId = 'browser-1';
  const calling = { anonymousId, expiresAt: Number.POSITIVE_INFINITY };
  visitor = { ...agent, caller: { ...agent.caller, kind: 'publishable', scopes: new Set(), visitor: calling } };
  const { workspaceId } = agent.caller;
  const message = { type: 'text', body: 'Anybody there?' } as const;
  const started = await startConversation({ ...visitor, db: world.db }, { message });
  conversationId = started.id;
  const people = Array.from({ length: PEOPLE }, (_, n) => ({ type: 'identify', userId: `user-${n}`, traits: {} }));
  await world.ingest.submit(workspace, people);
  await world.db.run(sql`/* test.fill */
    INSERT INTO conversation (workspace_id, id, record_id, status, created_at, last_message_at, message_count,
      unread_by_agents)
    SELECT ${workspaceId}::uuid, gen_random_uuid(), i.record_id, CASE n % 50 WHEN 0 THEN 'open' ELSE 'closed' END,
      '2025-01-01'::timestamptz, '2025-01-01'::timestamptz + n * interval '1 minute', 1, (n % 500 = 0)::int
    FROM generate_series(1, ${CONVERSATIONS}::int) n
    JOIN identifier i ON i.workspace_id = ${workspaceId}::uuid AND i.kind = 'user'
      AND i.value = 'user-' || (n % ${PEOPLE}::int)`);
  await world.db.run(sql`/* test.fill_messages */
    INSERT INTO message (workspace_id, id, conversation_id, author, type, body, sent_at)
    SELECT workspace_id, gen_random_uuid(), id, 'visitor', 'text', 'Hello', last_message_at FROM conversation
    WHERE workspace_id = ${workspaceId}::uuid AND message_count = 1`);
  await world.db.run(sql`/* test.analyze */ ANALYZE`);
}, 120_000);
afterAll(() => world.close());

/** The same database; how each statement is carried out is noted first. */
function explaining(db: Database): Database {
  const noting = (on: Sql): Sql => ({
    rows: async (statement) => {
      await explain(on, statement);
      return on.rows(statement);
    },
    run: async (statement) => {
      await explain(on, statement);
      return on.run(statement);
    },
  });
  return { ...db, ...noting(db), transaction: (work) => db.transaction((tx) => work(noting(tx))) };
}

async function explain(on: Sql, statement: Fragment): Promise<void> {
  const strings = [...statement.strings];
  strings[0] = `/* test.explain */ EXPLAIN ${strings[0]}`;
  const raw = Object.assign(strings, { raw: strings }) as unknown as TemplateStringsArray;
  const rows = await on.rows<Readonly<Record<string, string>>>(sql(raw, ...statement.values));
  plans.set(compile(statement).name, rows.map((row) => row['QUERY PLAN']).join('\n'));
}

const QUERIES = [
  {},
  { status: 'open' },
  { status: 'closed' },
  { unread: true },
  { unread: false },
  { status: 'open', unread: true },
  { visitorId: 'user:user-0' },
  { visitorId: 'user:user-0', status: 'open' },
] as const;

/** A whole table may be counted, but never to find a page. */
function expectIndexed(name: string): void {
  const plan = plans.get(name);
  expect(plan, name).toBeDefined();
  expect(plan, name).not.toMatch(/Seq Scan on (conversation|message)\b/);
}

it.each(QUERIES)('the first page and a later one of %j', async (which) => {
  const first = await listConversations(agent, { ...which, limit: 20 });
  expectIndexed('conversation.list');
  await listConversations(agent, { ...which, limit: 20, cursor: first.cursorAt(first.items.length - 1) });
  expectIndexed('conversation.list');
});

it('what is one visitor’s, for agents and for the visitor', async () => {
  await listVisitorConversations(agent, 'user:user-0', { limit: 20 });
  expectIndexed('conversation.list_of_visitors');
  const { items } = await listConversations(visitor, { limit: 20 });
  expectIndexed('conversation.list');
  expectIndexed('conversation.count_of_records');
  expect(items.map(({ id }) => id)).toEqual([conversationId]);
});

it('messages, read and written', async () => {
  await listMessages(visitor, conversationId, { order: 'asc', limit: 20 });
  await listMessages(visitor, conversationId, { order: 'desc', limit: 20 });
  await sendMessage(visitor, conversationId, { type: 'text', body: 'Hello?' });
  await markRead(agent, conversationId, {});
  for (const name of ['message.list', 'message.count', 'conversation.find', 'message.add', 'message.mark_read']) {
    expectIndexed(name);
  }
});
