/** Conversations in GraphQL: what they cost the database, and what a visitor's token opens there. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/infra/database.ts';
import { compile } from '../../src/infra/sql.ts';
import { ask, asker, codesOf } from '../graphql/asking.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { type Booth, type Guest, openBooth } from './booth.ts';

const counted: string[] = [];
let server: TestServer;
let booth: Booth;

beforeAll(async () => {
  server = await openServer({}, counting);
});
afterAll(() => server.close());
beforeEach(async () => {
  booth = await openBooth(server);
});

/** Notes the name of every statement outside transactions. */
function counting(db: Database): Database {
  return {
    ...db,
    rows: (statement) => {
      counted.push(compile(statement).name);
      return db.rows(statement);
    },
  };
}

const UNKNOWN = 'cnv_01hkw9x3v0e7ntcq5r8d2m4z6b';
const asGuest = ({ token }: Guest) => ({ key: booth.publishableKey, headers: { 'x-visitor-token': token } });

describe('nested reads', () => {
  beforeEach(async () => {
    for (let i = 0; i < 6; i++) {
      await booth.identify(`user-${i}`);
      for (const subject of ['one', 'two']) {
        const { id } = await booth.start(`user:user-${i}`, `Hello ${i}`, { subject });
        for (const body of ['a', 'b', 'c']) await booth.write(id, body, { author: { kind: 'visitor' } });
      }
    }
  });

  it('conversations with their visitors and messages are four statements, however many there are', async () => {
    const run = asker(server, booth.secretKey);
    for (const first of [4, 12]) {
      counted.length = 0;
      const { conversations } = await run(
        `query ($first: Int) { conversations(first: $first) { nodes {
          id lastMessage { body } visitor { userId } messages(first: 2, order: desc) { totalCount nodes { body } }
        } } }`,
        { first },
      );
      expect(conversations.nodes).toHaveLength(first);
      for (const { lastMessage, messages } of conversations.nodes) {
        expect([lastMessage.body, messages.totalCount]).toEqual(['c', 4]);
        expect(messages.nodes).toEqual([{ body: 'c' }, { body: 'b' }]);
      }
      expect(counted.sort()).toEqual(['conversation.list', 'message.list', 'record.survivors', 'visitor.rows']);
    }
  });

  it('visitors with their conversations are two statements, and counting them costs nothing', async () => {
    counted.length = 0;
    const run = asker(server, booth.secretKey);
    const { visitors } = await run(
      '{ visitors { nodes { id conversations(first: 1) { totalCount nodes { subject visitorId } pageInfo { hasNextPage } } } } }',
    );
    expect(visitors.nodes).toHaveLength(6);
    for (const { id, conversations } of visitors.nodes) {
      const nodes = [{ subject: 'two', visitorId: id }];
      expect(conversations).toEqual({ totalCount: 2, nodes, pageInfo: { hasNextPage: true } });
    }
    expect(counted.sort()).toEqual(['conversation.list_of_visitors', 'visitor.rows']);
  });
});

describe('a visitor with a token', () => {
  const LIST =
    '{ conversations { totalCount nodes { id by { name } messages { nodes { id author { by { name } } } } } } }';

  it('starts, writes, reads and lists what is their own, and is told of no key', async () => {
    const guest = await booth.guest();
    await (await booth.guest()).start();
    const say = async (query: string, variables: object = {}) => {
      const { data, errors } = await ask(server, { query, variables: { ...variables }, ...asGuest(guest) });
      expect(errors).toEqual([]);
      return data;
    };
    const start = `mutation ($input: StartConversationInput!) {
      startConversation(input: $input) { conversation { id } }
    }`;
    const { startConversation } = await say(start, { input: { message: { body: 'Anybody there?' } } });
    const { id } = startConversation.conversation;
    await booth.write(id, 'Yes');
    const read = 'mutation ($id: ID!) { markRead(conversationId: $id) { unread { visitor agents } } }';
    expect((await say(read, { id })).markRead.unread).toEqual({ visitor: 0, agents: 1 });
    const send = `mutation ($id: ID!) {
      sendMessage(conversationId: $id, input: { body: "Thanks" }) { message { id author { kind by { name } } } }
    }`;
    const { message } = (await say(send, { id })).sendMessage;
    expect(message.author).toEqual({ kind: 'visitor', by: null });
    const { conversations } = await say(LIST);
    expect(conversations).toMatchObject({ totalCount: 1, nodes: [{ id, by: null }] });
    const authors = conversations.nodes[0].messages.nodes.map(({ author }: { author: unknown }) => author);
    expect(authors).toEqual([{ by: null }, { by: null }, { by: null }]);
    expect(await say('query ($id: ID!) { node(id: $id) { id } }', { id: message.id })).toEqual({
      node: { id: message.id },
    });
  });

  it('finds no other one by any way in, and no profile', async () => {
    const other = await (await booth.guest()).start();
    const guest = await booth.guest();
    const own = await guest.start();
    const codes = async (query: string, variables: object) =>
      codesOf(await ask(server, { query, variables: { ...variables }, ...asGuest(guest) }));
    for (const id of [other.id, UNKNOWN]) {
      expect(await codes('query ($id: ID!) { conversation(id: $id) { id } }', { id })).toEqual(['not_found']);
      expect(await codes('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual(['not_found']);
      const send = 'mutation ($id: ID!) { sendMessage(conversationId: $id, input: { body: "x" }) { message { id } } }';
      expect(await codes(send, { id })).toEqual(['not_found']);
      expect(await codes('mutation ($id: ID!) { markRead(conversationId: $id) { id } }', { id })).toEqual([
        'not_found',
      ]);
    }
    const message = other.lastMessage.id;
    expect(await codes('query ($id: ID!) { node(id: $id) { id } }', { id: message })).toEqual(['not_found']);
    const profile = 'query ($id: ID!) { conversation(id: $id) { visitor { name } } }';
    expect(await codes(profile, { id: own.id })).toEqual(['forbidden']);
    const close =
      'mutation ($id: ID!) { updateConversation(id: $id, input: { status: closed }) { conversation { id } } }';
    expect(await codes(close, { id: own.id })).toEqual(['forbidden']);
  });

  it('is needed beside a publishable key', async () => {
    for (const query of [LIST, `{ conversation(id: "${UNKNOWN}") { id } }`]) {
      expect(codesOf(await ask(server, { query, key: booth.publishableKey }))).toEqual(['forbidden']);
    }
  });
});
