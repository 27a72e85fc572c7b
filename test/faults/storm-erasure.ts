/** The part of a storm that deletes people: some of its own, made, linked, merged and deleted all at the same time. */
import type { BatchReply } from '../../src/contract/ingest.ts';
import type { Client } from '../support/client.ts';
import type { Items, SentItem } from './storm-items.ts';
import type { State } from './storm-state.ts';

/** Refusals that are right while somebody is deleted from under a call. */
const RIGHT_REFUSALS: ReadonlySet<string> = new Set([
  'already_merged',
  'identified_conflict',
  'not_found',
  'self_merge',
]);

/** Deletions of a storm, by all its workers. */
export class Doomed {
  /** Messages about the doomed that were stored before they went: their ids stay remembered. */
  readonly accepted = new Set<string>();
  /** Deletions that were answered with a receipt. */
  receipts = 0;
  #made = 0;

  /** @param clients one for each server process. @param complain is told of answers that must not be. */
  constructor(
    readonly clients: readonly Client[],
    readonly complain: (what: string) => void,
  ) {}

  /** Everything at once about a few new ids, and their deletion in the middle of it; afterwards nothing brings them back. */
  async one(items: Items): Promise<void> {
    const name = `${items.prefix}-${this.#made++}`;
    const [user, browser, friend] = [`gone-user-${name}`, `gone-browser-${name}`, `gone-friend-${name}`];
    const sent = [...items.newcomers(user, browser), items.identify(friend, `gone-other-${name}`)];
    const refs = [`user:${user}`, `anon:${browser}`, `user:${friend}`, `anon:gone-other-${name}`];
    const merge = { sourceVisitorId: `user:${friend}`, targetVisitorId: `user:${user}`, allowIdentified: true };
    await Promise.all([
      ...sent.map((item, i) => this.#send(this.#client(i), item)),
      this.#call(this.#client(0), 'POST', '/visitors/merge', merge),
      this.#call(this.#client(1), 'DELETE', `/visitors/user:${user}`),
      this.#call(this.#client(0), 'DELETE', `/visitors/anon:${browser}`),
    ]);
    for (const ref of refs) await this.#call(this.#client(0), 'DELETE', `/visitors/${ref}`);
    for (const [i, item] of sent.entries()) {
      const status = await this.#send(this.#client(i + 1), item);
      if (status !== 'suppressed') this.complain(`${item.type} about somebody deleted: ${status}`);
    }
  }

  #client(i: number): Client {
    return this.clients[i % this.clients.length] as Client;
  }

  async #send(client: Client, item: SentItem): Promise<string> {
    const answer = await client.post<BatchReply>('/batch', { items: [item] });
    if (answer.status !== 200) {
      this.complain(`batch about the doomed ${answer.status} ${answer.problem.code}`);
      return 'refused';
    }
    const status = answer.data.results[0]?.status ?? 'lost';
    if (!['accepted', 'duplicate', 'suppressed'].includes(status)) this.complain(`${item.type} ${status}`);
    if (status === 'accepted') this.accepted.add(item.messageId);
    return status;
  }

  async #call(client: Client, method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
    const answer = await client.send(method, path, body && JSON.stringify(body));
    if (method === 'DELETE' && answer.status === 200) this.receipts++;
    if (answer.status < 300) return;
    if (!RIGHT_REFUSALS.has(answer.problem.code)) this.complain(`${method} ${answer.status} ${answer.problem.code}`);
  }
}

/** Nothing of the doomed is left. */
export function undead(state: State, { accepted }: Doomed): string[] {
  const names = [...state.identifiers.keys()].filter((name) => /^(user|anon) gone-/.test(name));
  const rows = [...state.events, ...state.pageViews].filter(({ message }) => accepted.has(message));
  return [...names, ...rows.map(({ message }) => message)].map((what) => `${what} is still there`);
}
