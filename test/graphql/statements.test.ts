/** What a nested read costs the database: statements are counted by the comment each begins with. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/infra/database.ts';
import { compile } from '../../src/infra/sql.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { asker } from './asking.ts';

const counted: string[] = [];
const texts: string[] = [];
let server: TestServer;
let run: ReturnType<typeof asker>;

beforeAll(async () => {
  server = await openServer({}, counting);
  const workspace = await server.world.workspace();
  run = asker(server, workspace.keys.secretKey);
  const items = Array.from({ length: 20 }, (_, i) => [
    { type: 'identify', userId: `user-${i}`, anonymousId: `browser-${i}`, traits: { company: `Company ${i % 3}` } },
    ...Array.from({ length: 7 }, (_, n) => ({
      type: 'track',
      userId: `user-${i}`,
      name: `event-${n}`,
      timestamp: at(n),
    })),
    ...Array.from({ length: 4 }, (_, n) => ({
      type: 'page',
      anonymousId: `browser-${i}`,
      url: '/',
      sessionId: `visit-${n}`,
      timestamp: at(n),
    })),
  ]).flat();
  const { ingest } = await run('mutation ($items: [JSON!]!) { ingest(items: $items) { status } }', { items });
  expect(ingest.every((each: { status: string }) => each.status === 'accepted')).toBe(true);
});
afterAll(() => server.close());

const at = (n: number) => `2026-01-15T09:0${n}:00Z`;

/** Notes the name of every statement outside transactions. */
function counting(db: Database): Database {
  return {
    ...db,
    rows: (statement) => {
      const { name, text } = compile(statement);
      counted.push(name);
      texts.push(text);
      return db.rows(statement);
    },
  };
}

const NESTED = `{
  visitors(first: 20) { nodes {
    id company { id name attributes }
    events(first: 5) { nodes { id name properties timestamp } }
    sessions(first: 3) { nodes { id startedAt pages { url } } }
  } }
}`;

it('twenty visitors with company, last events and last sessions are four statements', async () => {
  counted.length = 0;
  const { visitors } = await run(NESTED);
  expect(counted.sort()).toEqual(['company.by_ids', 'event.list', 'session.list', 'visitor.rows']);
  expect(visitors.nodes).toHaveLength(20);
  for (const { company, events, sessions } of visitors.nodes) {
    expect(company.name).toMatch(/^Company \d$/);
    expect(events.nodes.map((each: { name: string }) => each.name)).toEqual([
      'event-6',
      'event-5',
      'event-4',
      'event-3',
      'event-2',
    ]);
    expect(sessions.nodes.map((each: { startedAt: string }) => each.startedAt)).toEqual(
      [3, 2, 1].map((n) => `2026-01-15T09:0${n}:00.000Z`),
    );
  }
});

it('the notes about twenty visitors are one statement, and their counts one more', async () => {
  for (const n of [1, 2, 3]) await run(`mutation { addNote(id: "user:user-${n}", body: "note ${n}") { note { id } } }`);
  counted.length = 0;
  const { visitors } = await run('{ visitors(first: 20) { nodes { notes(first: 2) { totalCount nodes { body } } } } }');
  expect(counted.sort()).toEqual(['note.count', 'note.list', 'visitor.rows']);
  const bodies = visitors.nodes.flatMap(({ notes }: { notes: { nodes: { body: string }[] } }) => notes.nodes);
  expect(bodies.map(({ body }: { body: string }) => body).sort()).toEqual(['note 1', 'note 2', 'note 3']);
});

it('what is not asked for costs nothing', async () => {
  counted.length = 0;
  await run('{ visitors { nodes { id name } } }');
  expect(counted).toEqual(['visitor.rows']);
});

it('pages of visits are read only when they are asked for', async () => {
  texts.length = 0;
  await run('{ visitors(first: 2) { nodes { sessions(first: 1) { nodes { id duration } } } } }');
  expect(texts.join()).not.toContain('page_view');
  const asked =
    '{ visitors(first: 2) { nodes { ...S } } } fragment S on Visitor { sessions(first: 1) { nodes { pages { url } } } }';
  const { visitors } = await run(asked);
  expect(visitors.nodes[0].sessions.nodes[0].pages).toEqual([{ url: '/' }]);
});

it('lists asked for in different ways are a statement each', async () => {
  counted.length = 0;
  await run(
    '{ visitors(first: 5) { nodes { last: events(first: 1) { nodes { id } } few: events(first: 3) { nodes { id } } } } }',
  );
  expect(counted.sort()).toEqual(['event.list', 'event.list', 'visitor.rows']);
});

it('counts are read only when somebody wants to know', async () => {
  counted.length = 0;
  await run(
    '{ visitors(first: 5) { totalCount nodes { pageViews(first: 1) { totalCount nodes { id } } events(first: 1) { totalCount } } } }',
  );
  expect(counted.sort()).toEqual(['event.count', 'event.list', 'event.list', 'visitor.count', 'visitor.rows']);
});
