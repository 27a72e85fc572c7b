/** Conversations in a page: the token they are asked with, tries, and what the page hears when they come to nothing. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_RETRY_MS, MAX_TRIES, RETRY_MS, TIMEOUT_MS } from '../../sdk/widget/ask.ts';
import type { Call } from '../../sdk/widget/call.ts';
import { type Live, openLive } from '../../sdk/widget/live.ts';
import type { Person } from '../../sdk/widget/person.ts';
import { RENEW_MS } from '../../sdk/widget/token.ts';
import type { Page } from '../../sdk/widget/tracker.ts';
import { HandClock, settled } from './hands.ts';

const DAY_MS = 86_400_000;

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** What the server answers; `none` is no answer, `never` one that does not come. */
type Answer = 'none' | 'never' | { status?: number; headers?: Record<string, string>; body?: unknown };

let clock: HandClock;
let person: Person | undefined;
let sent: Sent[];
/** Of everything that is no request for a token. */
let answers: Answer[];
let answerToken: (body: unknown) => Answer;
let tokens: number;

beforeEach(() => {
  clock = new HandClock();
  person = { anonymousId: 'a-1' };
  [sent, answers, tokens] = [[], [], 0];
  answerToken = () => {
    const expiresAt = new Date(clock.now() + DAY_MS).toISOString();
    return { body: { data: { token: `token-${++tokens}`, expiresAt } } };
  };
});

async function fetchLike(url: string, init: RequestInit): Promise<Response> {
  const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
  const { method = 'GET', headers, signal } = init;
  sent.push({ url, method, headers: headers as Sent['headers'], body, signal: signal as AbortSignal });
  const isToken = url.endsWith('/visitors/token');
  const answer = isToken ? answerToken(body) : (answers.shift() ?? { body: { data: 'done' } });
  if (answer === 'none') throw new TypeError('Failed to fetch');
  if (answer === 'never') return new Promise((_resolve, reject) => signal?.addEventListener('abort', reject));
  return new Response(JSON.stringify(answer.body ?? {}), {
    status: answer.status ?? 200,
    headers: answer.headers ?? {},
  });
}

function open(): Live {
  const page = { fetch: fetchLike, AbortController } as unknown as Page;
  return openLive(page, { key: 'pk_1', host: 'https://support.example' }, () => person, clock);
}

/** What a call comes to, once everything that was to come later has come. */
async function outcome(live: Live, ...call: Call): Promise<unknown> {
  const answer = live(call).then(
    (value) => ({ value }),
    (thrown: { code: string }) => ({ code: thrown.code }),
  );
  for (let i = 0; i < MAX_TRIES; i++) await clock.advance(MAX_RETRY_MS + TIMEOUT_MS);
  return answer;
}

const asked = () => sent.filter(({ url }) => !url.endsWith('/token'));

describe('a call of the live part', () => {
  it.each<[Call, string, unknown]>([
    [['startConversation', 'Hello'], 'POST /conversations', { message: { body: 'Hello' } }],
    [
      ['startConversation', { subject: 'Order', message: 'Hello' }],
      'POST /conversations',
      { subject: 'Order', message: { body: 'Hello' } },
    ],
    [['sendMessage', 'cnv_1', 'Hi'], 'POST /conversations/cnv_1/messages', { body: 'Hi' }],
    [
      ['sendMessage', 'cnv_1', { type: 'image', body: 'https://a.example/b.png' }],
      'POST /conversations/cnv_1/messages',
      { type: 'image', body: 'https://a.example/b.png' },
    ],
    [['sendMessage', '../keys', 'Hi'], 'POST /conversations/..%2Fkeys/messages', { body: 'Hi' }],
    [['conversations'], 'GET /conversations?limit=100', undefined],
    [['messages', 'cnv_1'], 'GET /conversations/cnv_1/messages?order=desc&limit=100', undefined],
    [['markRead', 'cnv_1'], 'POST /conversations/cnv_1/read', {}],
  ])('%j asks the server, as the visitor', async (call, wanted, body) => {
    expect(await outcome(open(), ...call)).toEqual({ value: 'done' });
    const [request] = asked();
    expect(`${request?.method} ${request?.url.replace('https://support.example/api/support', '')}`).toBe(wanted);
    expect(request?.body).toEqual(body);
    expect(request?.headers).toMatchObject({ 'X-API-Key': 'pk_1', 'X-Visitor-Token': 'token-1' });
  });

  it('is tried again with the same Idempotency-Key while the fault passes, later each time', async () => {
    answers = ['none', { status: 503 }, { status: 429, headers: { 'retry-after': '3600' } }];
    const live = open();
    const answer = live(['sendMessage', 'cnv_1', 'Hi']);
    const times: number[] = [];
    for (const ms of [0, RETRY_MS, 2 * RETRY_MS, MAX_RETRY_MS]) {
      if (ms > 0) await clock.advance(ms - 1);
      times.push(asked().length);
      await clock.advance(ms > 0 ? 1 : 0);
    }
    expect(await answer).toBe('done');
    expect(times).toEqual([0, 1, 2, 3]);
    expect(new Set(asked().map(({ headers }) => headers['Idempotency-Key'])).size).toBe(1);
    await outcome(live, 'sendMessage', 'cnv_1', 'Hi');
    expect(new Set(asked().map(({ headers }) => headers['Idempotency-Key'])).size).toBe(2);
  });

  it.each<[string, Answer, string]>([
    ['there is no network', 'none', 'offline'],
    ['no answer comes', 'never', 'offline'],
    ['the server is down', { status: 503, body: { code: 'unavailable' } }, 'unavailable'],
    ['it answers what is not ours', { status: 502 }, 'unavailable'],
  ])('fails after some tries when %s', async (_when, answer, code) => {
    answers = Array.from({ length: MAX_TRIES + 1 }, () => answer);
    expect(await outcome(open(), 'sendMessage', 'cnv_1', 'Hi')).toEqual({ code });
    expect(asked()).toHaveLength(MAX_TRIES);
  });

  it('fails at once with the word of the server when that is final', async () => {
    answers = [{ status: 404, body: { code: 'not_found', detail: 'There is no such conversation.' } }];
    expect(await outcome(open(), 'messages', 'cnv_2')).toEqual({ code: 'not_found' });
    expect(asked()).toHaveLength(1);
  });

  it('fails without asking when nothing may be stored, or when it is none', async () => {
    person = undefined;
    expect(await outcome(open(), 'conversations')).toEqual({ code: 'denied' });
    expect(await outcome(open(), 'nonsense')).toEqual({ code: 'unknown_call' });
    expect(sent).toEqual([]);
  });
});

describe('the token', () => {
  const requests = () => sent.filter(({ url }) => url.endsWith('/token')).map(({ body }) => body);

  it('is asked for once, however many wait for it, and kept', async () => {
    const live = open();
    await Promise.all([live(['conversations']), live(['conversations'])]);
    await live(['conversations']);
    expect(requests()).toEqual([{ anonymousId: 'a-1' }]);
  });

  it('is renewed a while before it ends', async () => {
    const live = open();
    await live(['conversations']);
    await clock.advance(DAY_MS - RENEW_MS);
    await live(['conversations']);
    expect(tokens).toBe(1);
    await clock.advance(1);
    await live(['conversations']);
    expect(tokens).toBe(2);
  });

  it('is asked for anew when the server does not take it any more, once', async () => {
    const refusal = { status: 401, body: { code: 'visitor_token_invalid' } };
    answers = [refusal];
    const live = open();
    expect(await outcome(live, 'conversations')).toEqual({ value: 'done' });
    expect([tokens, asked().map(({ headers }) => headers['X-Visitor-Token'])]).toEqual([2, ['token-1', 'token-2']]);
    answers = [refusal, refusal, refusal];
    expect(await outcome(live, 'conversations')).toEqual({ code: 'visitor_token_invalid' });
  });

  it('belongs to one person: the next one has one of their own', async () => {
    const live = open();
    await live(['conversations']);
    person = { anonymousId: 'a-2' };
    await live(['conversations']);
    expect(requests()).toEqual([{ anonymousId: 'a-1' }, { anonymousId: 'a-2' }]);
    expect(asked().map(({ headers }) => headers['X-Visitor-Token'])).toEqual(['token-1', 'token-2']);
  });

  it('names the user only with a proof, and does without when that does not hold any more', async () => {
    const live = open();
    person = { anonymousId: 'a-1', userId: 'u-1' };
    await live(['conversations']);
    person = { anonymousId: 'a-1', userId: 'u-1', userHash: 'f00' };
    await live(['conversations']);
    answerToken = (body) => {
      if ((body as Person).userId) return { status: 422, body: { code: 'identity_unproven' } };
      return { body: { data: { token: 'own', expiresAt: new Date(clock.now() + DAY_MS).toISOString() } } };
    };
    person = { anonymousId: 'a-1', userId: 'u-1', token: 'expired' };
    await live(['conversations']);
    expect(requests()).toEqual([
      { anonymousId: 'a-1' },
      { anonymousId: 'a-1', userId: 'u-1', userHash: 'f00' },
      { anonymousId: 'a-1', userId: 'u-1', token: 'expired' },
      { anonymousId: 'a-1' },
    ]);
  });

  it('is asked for again after it could not be had', async () => {
    const good = answerToken;
    answerToken = () => ({ status: 422, body: { code: 'anonymous_id_too_weak' } });
    const live = open();
    expect(await outcome(live, 'conversations')).toEqual({ code: 'anonymous_id_too_weak' });
    answerToken = good;
    expect(await outcome(live, 'conversations')).toEqual({ value: 'done' });
    await settled();
  });
});
