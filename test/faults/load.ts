/** Load: clients that send again with the same message id until they are answered, and know what they have sent. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Event } from '../../src/contract/event.ts';
import type { BatchReply, IngestReply } from '../../src/contract/ingest.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import type { Answer, Client } from '../support/client.ts';

/** Between two attempts: a client that hammers a server that is down learns nothing sooner. */
const BACKOFF_MS = 100;
const POLL_MS = 5;
const PEOPLE = 10;
const BATCH = 8;

/** An item as it is sent. */
export interface LoadItem {
  readonly type: 'track' | 'page' | 'identify';
  readonly messageId: string;
  readonly userId?: string;
  readonly [field: string]: unknown;
}

/** Sends until it is told to stop. */
export class Load {
  /** Message ids that were answered `accepted` or `duplicate`, by type. */
  readonly acknowledged = new Map<string, LoadItem>();
  /** Attempts without a good answer: a status, or what fetch said. */
  readonly failures = new Map<string, number>();
  /** Answers that must not be: items refused, 503 without Retry-After. */
  readonly wrong: string[] = [];
  #isOver = false;
  #made = 0;
  #workers: Promise<void>[] = [];

  /**
   * @param name of this load: its message ids begin with it.
   * @param patient whether an item is sent again until it is acknowledged.
   */
  constructor(
    readonly client: Client,
    readonly name: string,
    readonly patient = true,
  ) {}

  /** Starts that many clients, every fourth of which sends batches. */
  start(clients: number): void {
    this.#workers = Array.from({ length: clients }, (_, i) => this.#work(i % 4 === 3 ? BATCH : 1));
  }

  /** No new items; resolves when what is under way is answered. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#workers);
  }

  /** Resolves when so many more items are acknowledged. */
  async more(items: number): Promise<void> {
    const goal = this.acknowledged.size + items;
    while (this.acknowledged.size < goal) await wait(POLL_MS);
  }

  /** Sends all acknowledged items once more. @returns how each was answered. */
  async repeat(): Promise<string[]> {
    const items = [...this.acknowledged.values()];
    const answers: string[] = [];
    for (let from = 0; from < items.length; from += 500) {
      const { data } = await this.client.post<BatchReply>('/batch', { items: items.slice(from, from + 500) });
      answers.push(...data.results.map(({ status }) => status));
    }
    return answers;
  }

  async #work(size: number): Promise<void> {
    while (!this.#isOver) {
      const items = Array.from({ length: size }, () => this.#item());
      while (!(await this.#send(items))) {
        await wait(BACKOFF_MS);
        if (!this.patient) break;
      }
    }
  }

  /** True when all items were acknowledged. */
  async #send(items: readonly LoadItem[]): Promise<boolean> {
    const [first, ...others] = items as [LoadItem, ...LoadItem[]];
    try {
      if (others.length > 0) return this.#readBatch(items, await this.client.post('/batch', { items }));
      return this.#readSingle(first, await this.client.post(PATHS[first.type], first));
    } catch (thrown) {
      this.#fail(thrown instanceof Error && thrown.cause ? String(thrown.cause) : String(thrown));
      return false;
    }
  }

  #readSingle(item: LoadItem, answer: Answer<IngestReply>): boolean {
    if (answer.status !== 200) return this.#refused(answer);
    return this.#judge(item, answer.data.status, answer.data.code);
  }

  #readBatch(items: readonly LoadItem[], answer: Answer<BatchReply>): boolean {
    if (answer.status !== 200) return this.#refused(answer);
    if (answer.data.results.length !== items.length) this.wrong.push('a result is missing');
    const judged = answer.data.results.map(({ index, status, code }) =>
      this.#judge(items[index] as LoadItem, status, code),
    );
    return judged.every(Boolean);
  }

  #judge(item: LoadItem, status: string, code: string | undefined): boolean {
    if (status === 'accepted' || status === 'duplicate') this.acknowledged.set(item.messageId, item);
    else this.wrong.push(`${item.type} ${status} ${code}`);
    return true;
  }

  #refused(answer: Answer<unknown>): boolean {
    const { code } = answer.problem;
    this.#fail(`${answer.status} ${code}`);
    const isPassing = answer.status === 503 && code === 'unavailable' && Number(answer.headers.get('retry-after')) > 0;
    if (!isPassing) this.wrong.push(`${answer.status} ${code}`);
    return false;
  }

  #fail(why: string): void {
    this.failures.set(why, (this.failures.get(why) ?? 0) + 1);
  }

  #item(): LoadItem {
    const number = this.#made++;
    const messageId = `${this.name}-${number}`;
    const person = number % PEOPLE;
    const who = number % 3 === 0 ? { anonymousId: `browser-${person}` } : { userId: `user-${person}` };
    if (number % 10 === 7) {
      const ids = { userId: `user-${person}`, anonymousId: `browser-${person}` };
      return { type: 'identify', messageId, ...ids, traits: { count: number } };
    }
    if (number % 5 === 4) return { type: 'page', messageId, ...who, url: `/pages/${messageId}`, sessionId: 'tab' };
    return { type: 'track', messageId, ...who, name: 'clicked', properties: { message: messageId } };
  }
}

const PATHS = { track: '/events', page: '/pageviews', identify: '/visitors/identify' } as const;

/** What is stored of a load, as callers see it, and which visitors' counts are not those of their rows. */
export async function readStored({ client, name }: Load): Promise<{ messages: string[]; miscounted: string[] }> {
  const messages: string[] = [];
  const miscounted: string[] = [];
  for (const visitor of await client.all<Visitor>('/visitors')) {
    const events = await client.all<Event>(`/visitors/${visitor.id}/events?type=all`);
    const sessions = await client.all(`/visitors/${visitor.id}/sessions`);
    messages.push(...events.map(({ properties }) => messageOf(properties)));
    const tracked = events.filter(({ id }) => id.startsWith('evt_')).length;
    if (visitor.eventCount !== tracked || visitor.sessionCount !== sessions.length) miscounted.push(visitor.id);
  }
  return { messages: messages.filter((message) => message.startsWith(name)).sort(), miscounted };
}

/** What has to be stored of it: each acknowledged message that has a row, once. */
export function expectedOf({ acknowledged }: Load): Awaited<ReturnType<typeof readStored>> {
  const messages = [...acknowledged.values()]
    .filter(({ type }) => type !== 'identify')
    .map(({ messageId }) => messageId)
    .sort();
  return { messages, miscounted: [] };
}

function messageOf(properties: Readonly<Record<string, unknown>>): string {
  return String(properties.message ?? properties.url).replace('/pages/', '');
}
