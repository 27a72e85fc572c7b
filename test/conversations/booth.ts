/** A workspace that talks to its visitors: an agent's calls, and those of visitors with a token of their own each. */
import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { Conversation, Message } from '../../src/contract/conversation.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import { type Answer, answerOf, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'OPTIONS';

/** Calls as one visitor: a publishable key and the visitor's token. */
export interface Guest {
  readonly anonymousId: string;
  readonly token: string;
  call(method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Starts a conversation. */
  start(body?: string): Promise<Conversation>;
  /** Writes into one. */
  write(id: string, body: string): Promise<Answer>;
}

/** Opens a new workspace. */
export async function openBooth(server: TestServer) {
  const workspace: TestWorkspace = await server.world.workspace();
  const { publishableKey = '', secretKey = '' } = workspace.keys;
  const call = (method: Method, path: string, body?: unknown) => server.call(secretKey, method, path, body);
  const start = async (visitorId: string, body = 'Hello', more: object = {}): Promise<Conversation> =>
    dataOf(await call('POST', '/conversations', { visitorId, message: { body }, ...more }));

  return {
    workspace,
    publishableKey,
    secretKey,
    call,
    start,
    /** Writes as an agent. */
    write: async (id: string, body: string, more: object = {}): Promise<Message> =>
      dataOf(await call('POST', `/conversations/${id}/messages`, { body, ...more })),
    conversation: async (id: string): Promise<Conversation> => dataOf(await call('GET', `/conversations/${id}`)),
    messages: async (id: string, query = ''): Promise<Message[]> =>
      dataOf(await call('GET', `/conversations/${id}/messages?limit=100${query}`)),
    visitor: async (ref: string): Promise<Visitor> => dataOf(await call('GET', `/visitors/${ref}`)),
    identify: (userId: string, anonymousId?: string) =>
      call('POST', '/visitors/identify', { userId, ...(anonymousId && { anonymousId }), traits: {} }),
    /** A visitor with a token. @param userId proven, by the word of a server. */
    async guest(userId?: string, anonymousId: string = randomUUID()): Promise<Guest> {
      const { body } = await call('POST', '/visitors/token', { anonymousId, ...(userId && { userId }) });
      const { token } = body.data;
      const say: Guest['call'] = async (method, path, sent, headers = {}) => {
        const all = { 'x-api-key': publishableKey, 'x-visitor-token': token, ...headers };
        const options: InjectOptions = { method, url: `/api/support${path}`, headers: all };
        return answerOf(await server.app.inject({ ...options, ...(sent !== undefined && payloadOf(sent)) }));
      };
      return {
        anonymousId,
        token,
        call: say,
        start: async (text = 'Anybody there?') =>
          dataOf(await say('POST', '/conversations', { message: { body: text } })),
        write: (id, text) => say('POST', `/conversations/${id}/messages`, { body: text }),
      };
    },
  };
}

export type Booth = Awaited<ReturnType<typeof openBooth>>;

/** What an answer holds; a refusal fails the test. */
export function dataOf({ status, body }: Answer): ReturnType<typeof JSON.parse> {
  if (status >= 300) throw new Error(`Refused with ${status}: ${JSON.stringify(body)}`);
  return body.data;
}

/** Status and code of a refusal. */
export function refusalOf({ status, body }: Answer): [number, string] {
  return [status, body.code];
}

function payloadOf(body: unknown) {
  return { payload: JSON.stringify(body) };
}
