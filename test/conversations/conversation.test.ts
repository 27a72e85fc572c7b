/** Conversations as agents have them: started, listed, read, closed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Conversation } from '../../src/contract/conversation.ts';
import { cookieFor, OWN } from '../dashboard/agent.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';
import { type Booth, dataOf, openBooth, refusalOf } from './booth.ts';

let server: TestServer;
let booth: Booth;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.world.clock.set('2026-01-15T10:00:00.000Z');
  booth = await openBooth(server);
});

const minute = () => server.world.clock.advance(60_000);
const ids = (conversations: readonly Conversation[]) => conversations.map(({ id }) => id);

describe('a conversation an agent starts', () => {
  it('has its message, its place and who began it', async () => {
    await booth.identify('ann');
    const body = { visitorId: 'user:ann', subject: 'Your order', message: { body: 'Hello' } };
    const answer = await booth.call('POST', '/conversations', body);
    const { id } = answer.body.data;
    expect([answer.status, answer.headers.location]).toEqual([201, `/api/support/conversations/${id}`]);
    const by = { keyId: expect.stringMatching(/^key_/), name: 'First secret key' };
    const at = '2026-01-15T10:00:00.000Z';
    expect(answer.body.data).toEqual({
      id: expect.stringMatching(/^cnv_/),
      visitorId: (await booth.visitor('user:ann')).id,
      subject: 'Your order',
      status: 'open',
      createdAt: at,
      lastMessageAt: at,
      messageCount: 1,
      unread: { visitor: 1, agents: 0 },
      by,
      lastMessage: {
        id: expect.stringMatching(/^msg_/),
        conversationId: id,
        author: { kind: 'agent', name: null, by },
        type: 'text',
        body: 'Hello',
        sentAt: at,
        readAt: null,
      },
    });
    expect(await booth.conversation(id)).toEqual(answer.body.data);
  });

  it('is there wherever the person signs in: with their userId', async () => {
    await booth.identify('ann', 'browser-1');
    const { id } = await booth.start('anon:browser-1');
    const guest = await booth.guest('ann');
    expect(dataOf(await guest.call('GET', '/conversations'))).toMatchObject([{ id }]);
  });

  it('stays with the browser that was named while nobody knows a userId', async () => {
    const guest = await booth.guest();
    await booth.call('POST', '/events', { anonymousId: guest.anonymousId, name: 'looked' });
    const { id } = await booth.start(`anon:${guest.anonymousId}`);
    expect(dataOf(await guest.call('GET', '/conversations'))).toMatchObject([{ id }]);
  });

  it('is signed with the name an agent gave at the dashboard', async () => {
    await booth.identify('ann');
    const cookie = await cookieFor(server, booth.secretKey, 'Sam');
    const payload = JSON.stringify({ visitorId: 'user:ann', message: { body: 'Hello' } });
    const headers = { cookie, origin: OWN };
    const sent = await server.app.inject({ method: 'POST', url: '/api/support/conversations', headers, payload });
    expect(dataOf(answerOf(sent)).lastMessage.author).toMatchObject({
      kind: 'agent',
      name: 'Sam',
      by: { name: 'Sam' },
    });
  });

  it.each(['user:nobody', 'anon:nobody', 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b', 'nonsense'])(
    'is with somebody who is known: not with %s',
    async (visitorId) => {
      const answer = await booth.call('POST', '/conversations', { visitorId, message: { body: 'Hello' } });
      expect(refusalOf(answer)).toEqual([404, 'not_found']);
    },
  );

  it('names whom it is with', async () => {
    const { status, body } = await booth.call('POST', '/conversations', { message: { body: 'Hello' } });
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'invalid', '/visitorId']);
  });
});

describe('the list of conversations', () => {
  it('begins with the one somebody wrote in last', async () => {
    for (const userId of ['ann', 'bob']) await booth.identify(userId);
    const ann = await booth.start('user:ann');
    minute();
    const bob = await booth.start('user:bob');
    const list = async () => ids(dataOf(await booth.call('GET', '/conversations')));
    expect(await list()).toEqual([bob.id, ann.id]);
    minute();
    await booth.write(ann.id, 'Still there?');
    expect(await list()).toEqual([ann.id, bob.id]);
  });

  it('is narrowed by status, by what is unread, and by visitor, together too', async () => {
    for (const userId of ['ann', 'bob']) await booth.identify(userId);
    const asked = await booth.start('user:ann', 'Hello?', { author: { kind: 'visitor' } });
    const told = await booth.start('user:ann', 'Sale!');
    const other = await booth.start('user:bob', 'Hello?', { author: { kind: 'visitor' } });
    await booth.call('PUT', `/conversations/${told.id}`, { status: 'closed' });
    const list = async (query: string) => {
      const { body } = await booth.call('GET', `/conversations?${query}`);
      expect(body.meta.total).toBe(body.data.length);
      return ids(body.data).sort();
    };
    expect(await list('status=open')).toEqual([asked.id, other.id].sort());
    expect(await list('status=closed')).toEqual([told.id]);
    expect(await list('unread=true')).toEqual([asked.id, other.id].sort());
    expect(await list('unread=false')).toEqual([told.id]);
    expect(await list('visitorId=user:ann')).toEqual([asked.id, told.id].sort());
    expect(await list('visitorId=user:ann&unread=true&status=open')).toEqual([asked.id]);
    expect(refusalOf(await booth.call('GET', '/conversations?visitorId=user:nobody'))).toEqual([404, 'not_found']);
  });

  it('is the same walked by cursor and by page, while times are equal', async () => {
    await booth.identify('ann');
    const started = [];
    for (let i = 0; i < 7; i++) started.unshift((await booth.start('user:ann', `Hello ${i}`)).id);
    for (const path of ['/conversations', '/conversations?visitorId=user:ann', '/visitors/user:ann/conversations']) {
      const walked: string[] = [];
      const sign = path.includes('?') ? '&' : '?';
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { body } = await booth.call('GET', `${path}${sign}limit=3${cursor && `&cursor=${cursor}`}`);
        walked.push(...ids(body.data));
        expect(body.meta.total).toBe(7);
        cursor = body.meta.nextCursor;
      }
      expect(walked).toEqual(started);
      const paged = [1, 2, 3].map((page) => booth.call('GET', `${path}${sign}limit=3&page=${page}`));
      expect((await Promise.all(paged)).flatMap(({ body }) => ids(body.data))).toEqual(started);
    }
  });

  it('of a visitor who was merged away leads to who they are now', async () => {
    await booth.call('POST', '/events', { anonymousId: 'browser-1', name: 'looked' });
    const away = (await booth.visitor('anon:browser-1')).id;
    const { id } = await booth.start(away);
    await booth.identify('ann');
    await booth.identify('ann', 'browser-1');
    const answer = await booth.call('GET', `/visitors/${away}/conversations`);
    const ann = await booth.visitor('user:ann');
    expect([ids(answer.body.data), answer.body.data[0].visitorId]).toEqual([[id], ann.id]);
    expect(answer.body.meta.redirectedFrom).toBe(away);
    expect(answer.headers.link).toBe(`</api/support/visitors/${ann.id}/conversations>; rel="canonical"`);
  });
});

describe('a conversation', () => {
  it('is closed, reopened and renamed; what is not named stays', async () => {
    await booth.identify('ann');
    const { id } = await booth.start('user:ann', 'Hello', { subject: 'First' });
    const put = async (body: object) => {
      const { status, subject } = dataOf(await booth.call('PUT', `/conversations/${id}`, body));
      return [status, subject];
    };
    expect(await put({ status: 'closed' })).toEqual(['closed', 'First']);
    expect(await put({ subject: 'Second' })).toEqual(['closed', 'Second']);
    expect(await put({ status: 'open', subject: null })).toEqual(['open', null]);
    expect(await put({})).toEqual(['open', null]);
  });

  it('stays closed when an agent writes, and opens again when the visitor does', async () => {
    await booth.identify('ann');
    const { id } = await booth.start('user:ann');
    await booth.call('PUT', `/conversations/${id}`, { status: 'closed' });
    await booth.write(id, 'One more thing');
    expect((await booth.conversation(id)).status).toBe('closed');
    await booth.write(id, 'Thanks', { author: { kind: 'visitor' } });
    expect((await booth.conversation(id)).status).toBe('open');
  });

  it.each([{ status: 'lost' }, { status: null }, { visitorId: 'user:bob' }, { subject: 7 }])(
    'is not changed by %j',
    async (body) => {
      await booth.identify('ann');
      const { id } = await booth.start('user:ann');
      expect(refusalOf(await booth.call('PUT', `/conversations/${id}`, body))).toEqual([422, 'invalid']);
    },
  );

  it('has a subject of 255 characters and not of 256', async () => {
    await booth.identify('ann');
    const { id } = await booth.start('user:ann', 'Hello', { subject: 's'.repeat(255) });
    const { body } = await booth.call('PUT', `/conversations/${id}`, { subject: 's'.repeat(256) });
    expect([body.code, body.limit, body.errors[0].pointer]).toEqual(['value_too_long', 255, '/subject']);
    expect((await booth.conversation(id)).subject).toHaveLength(255);
  });
});
