/** Conversations in a storm: what was written and acknowledged, and whether all of it is there afterwards. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Conversation, Message } from '../../src/contract/conversation.ts';
import type { VisitorToken } from '../../src/contract/ingest.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import { fromWire, toWire, type Uuid } from '../../src/ids.ts';
import type { Answer, Client } from '../support/client.ts';
import type { Random } from './random.ts';
import { grouped, rootOf, type State, type WrittenRow } from './storm-state.ts';

/** Newest conversations that are gone on with. */
const REMEMBERED = 40;

/** The calls about conversations, and what was acknowledged. */
export class Talks {
  /** Conversation of every acknowledged message, by ids as they are answered. */
  readonly acknowledged = new Map<string, string>();
  readonly #open: string[] = [];

  /** Begins a conversation, or goes on with one: writes or reads. */
  async any(client: Client, random: Random, visitorId: string): Promise<{ answer: Answer<unknown>; wrote: boolean }> {
    const author = { kind: random.of(['visitor', 'visitor', 'agent', 'bot']) };
    if (this.#open.length === 0 || random.chance(0.3)) {
      return { answer: await this.#begin(client, { visitorId, author, message: { body: 'Hello' } }), wrote: true };
    }
    const path = `/conversations/${random.of(this.#open)}`;
    if (random.chance(0.3)) return { answer: await client.post(`${path}/read`, {}), wrote: false };
    const answer = await client.post<Message>(`${path}/messages`, { body: 'And?', author });
    if (answer.status === 201) this.acknowledged.set(answer.data.id, answer.data.conversationId);
    return { answer, wrote: true };
  }

  /** A new browser writes twice at once, at different processes. */
  async newcomer(clients: readonly Client[]): Promise<{ anonymousId: string; answers: Answer<unknown>[] }> {
    const anonymousId = randomUUID();
    const made = await (clients[0] as Client).post<VisitorToken>('/visitors/token', { anonymousId });
    const begun = [0, 1].map((i) => {
      const body = { token: made.data.token, message: { body: 'Anybody there?' } };
      return this.#begin(clients[i % clients.length] as Client, body);
    });
    return { anonymousId, answers: await Promise.all(begun) };
  }

  async #begin(client: Client, body: object): Promise<Answer<Conversation>> {
    const answer = await client.post<Conversation>('/conversations', body);
    if (answer.status !== 201) return answer;
    const { id, lastMessage } = answer.data;
    // Nobody hears of it before it is answered, so its newest message is its first.
    this.acknowledged.set(lastMessage.id, id);
    this.#open.push(id);
    if (this.#open.length > REMEMBERED) this.#open.shift();
    return answer;
  }
}

/** What is wrong with conversations: one line each. */
export function misheard(state: State, { acknowledged }: Talks, visitors: readonly Visitor[]): string[] {
  const kept = new Map(state.written.map((row) => [toWire('message', row.id) as string, row.conversation_id]));
  const lost = [...acknowledged].filter(
    ([id, conversation]) => kept.get(id) !== fromWire('conversation', conversation),
  );
  const strangers = [...kept.keys()].filter((id) => !acknowledged.has(id));
  const byConversation = grouped(state.written, (row) => row.conversation_id);
  const wrong = [...state.conversations.values()].filter((row) => {
    const said = byConversation.get(row.id) ?? [];
    const times = said.map(({ sent_at }) => sent_at.getTime());
    const unread = (isVisitor: boolean) =>
      said.filter(({ author, read_at }) => (author === 'visitor') === isVisitor && read_at === null).length;
    const counts = [row.message_count, row.unread_by_visitor, row.unread_by_agents, row.last_message_at.getTime()];
    const isInOrder = times.every((time, i) => i === 0 || time > (times[i - 1] as number));
    return !isInOrder || !isDeepStrictEqual(counts, [said.length, unread(false), unread(true), times.at(-1)]);
  });
  return [
    ...lost.map(([id]) => `the message ${id} is lost`),
    ...strangers.map((id) => `the message ${id} was never acknowledged`),
    ...wrong.map(({ id }) => `the conversation ${id} is not what was said in it`),
    ...miscounted(state, byConversation, visitors),
  ];
}

function miscounted(state: State, said: ReadonlyMap<Uuid, WrittenRow[]>, visitors: readonly Visitor[]): string[] {
  const conversations = grouped(state.conversations.values(), ({ record_id }) => record_id);
  const orphans = [...conversations.keys()].filter((id) => !state.records.has(id));
  const countsOf = (records: readonly Uuid[]) => {
    const own = records.flatMap((id) => conversations.get(id) ?? []);
    const rows = own.flatMap(({ id }) => said.get(id) ?? []);
    const theirs = rows.filter(({ author }) => author === 'visitor');
    const times = (list: readonly WrittenRow[]) => list.map(({ sent_at }) => sent_at.getTime()).sort((a, b) => a - b);
    return [own.length, theirs.length, times(theirs).at(0) ?? null, times(rows).at(-1) ?? null];
  };
  const onRecords = [...state.records.values()].filter((row) => {
    const times = [row.first_contact_at, row.last_message_at].map((time) => time?.getTime() ?? null);
    return !isDeepStrictEqual([row.conversation_count, row.message_count, ...times], countsOf([row.id]));
  });
  const trees = grouped(state.records.keys(), (id) => rootOf(state, id));
  const onVisitors = [...trees].filter(([root, members]) => {
    const visitor = visitors.find(({ id }) => id === toWire('visitor', root ?? ''));
    const times = [visitor?.firstContactAt, visitor?.lastMessageAt].map((time) => (time ? Date.parse(time) : null));
    return !isDeepStrictEqual([visitor?.conversationCount, visitor?.messageCount, ...times], countsOf(members));
  });
  return [
    ...orphans.map((id) => `a conversation has lost its record ${id}`),
    ...onRecords.map(({ id }) => `the record ${id} miscounts what was said`),
    ...onVisitors.map(([root]) => `the visitor ${root} miscounts what was said`),
  ];
}
