/** A storm: workers that track, identify, alias, merge, undo and edit at once, and remember what was acknowledged. */
import type { BatchReply } from '../../src/contract/ingest.ts';
import type { Merge, MergeReply } from '../../src/contract/merge.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import type { Answer, Client } from '../support/client.ts';
import { Random } from './random.ts';
import { Doomed } from './storm-erasure.ts';
import { BROWSERS, Items, type SentItem, USERS } from './storm-items.ts';

/** Refusals that are right when others change the same people at the same time. */
const RIGHT_REFUSALS: ReadonlySet<string> = new Set([
  'already_merged',
  'already_undone',
  'identified_conflict',
  'not_found', // before anybody has seen the id
  'self_merge',
  'stale_plan',
]);

/** Newest ids that are kept to be used again. */
const REMEMBERED = 200;

/** What happened, summed over all workers. */
export interface Tally {
  items: number;
  repeats: number;
  merges: number;
  undos: number;
  edits: number;
  refusals: number;
}

/** The calls of all workers and their answers. */
export class Storm {
  /** Acknowledged items by message id. */
  readonly acknowledged = new Map<string, SentItem>();
  /** How often each message was answered `accepted`; more than once would be a second row. */
  readonly accepted = new Map<string, number>();
  /** The last acknowledged edit of each worker, by the attribute it set. */
  readonly edits = new Map<string, number>();
  /** Answers that must not be. */
  readonly wrong: string[] = [];
  /** People of its own that are deleted. */
  readonly doomed: Doomed;
  readonly tally: Tally = { items: 0, repeats: 0, merges: 0, undos: 0, edits: 0, refusals: 0 };
  readonly #visitorIds: string[] = [];
  readonly #mergeIds: string[] = [];
  readonly #sent: SentItem[] = [];
  #newcomers = 0;

  /** @param clients one for each server process. */
  constructor(
    readonly clients: readonly Client[],
    readonly seed: number,
  ) {
    this.doomed = new Doomed(clients, (what) => this.#complain(what));
  }

  /** Works until `isOver` says so. */
  async work(worker: number, isOver: () => boolean): Promise<void> {
    const random = new Random(this.seed * 31 + worker);
    const items = new Items(random, `w${worker}`);
    while (!isOver()) {
      const client = random.of(this.clients);
      const draw = random.next();
      if (draw < 0.62) await this.#ingest(client, this.#batch(random, items));
      else if (draw < 0.76) await this.#merge(client, random);
      else if (draw < 0.89) await this.#undo(client, random);
      else if (draw < 0.96) await this.#edit(client, random, worker);
      else if (draw < 0.97) await this.#read(client, random);
      else if (draw < 0.985) await this.doomed.one(items);
      else await this.#createTogether(items);
    }
  }

  #batch(random: Random, items: Items): SentItem[] {
    const batch = Array.from({ length: 1 + random.below(6) }, () => items.any(this.#visitorIds));
    // Clients that heard no answer send again, perhaps to the other process, perhaps while the first is under way.
    if (this.#sent.length > 0 && random.chance(0.2)) batch.push(random.of(this.#sent));
    return batch;
  }

  async #ingest(client: Client, items: readonly SentItem[]): Promise<void> {
    for (const item of items) remember(this.#sent, item);
    const answer = await client.post<BatchReply>('/batch', { items });
    if (answer.status !== 200) return this.#complain(`batch ${answer.status} ${answer.problem.code}`);
    for (const { index, status, visitorId, code, messageId } of answer.data.results) {
      const item = items[index] as SentItem;
      if (status !== 'accepted' && status !== 'duplicate') this.#complain(`${item.type} ${status} ${code}`);
      if (messageId !== item.messageId || !visitorId) this.#complain(`${item.type} answered with other ids`);
      this.acknowledged.set(item.messageId, item);
      if (status === 'accepted') this.accepted.set(item.messageId, (this.accepted.get(item.messageId) ?? 0) + 1);
      if (visitorId) remember(this.#visitorIds, visitorId);
      this.tally.items++;
      if (status === 'duplicate') this.tally.repeats++;
    }
  }

  /** The same new ids at both processes in the same moment. */
  async #createTogether(items: Items): Promise<void> {
    const name = `${items.prefix}-${this.#newcomers++}`;
    const calls = items.newcomers(`new-user-${name}`, `new-browser-${name}`);
    await Promise.all(calls.map((item, i) => this.#ingest(this.clients[i % this.clients.length] as Client, [item])));
  }

  async #merge(client: Client, random: Random): Promise<void> {
    const body = { sourceVisitorId: this.#anyone(random), targetVisitorId: this.#anyone(random) };
    const allowIdentified = random.chance(0.6);
    const planned = random.chance(0.2)
      ? await client.post<MergeReply>('/visitors/merge', { ...body, dryRun: true })
      : null;
    const planHash = planned?.status === 200 ? planned.data.merge.planHash : undefined;
    const answer = await client.post<MergeReply>('/visitors/merge', { ...body, allowIdentified, planHash });
    if (!this.#isRight(answer, 'merge')) return;
    this.tally.merges++;
    remember(this.#mergeIds, String(answer.data.merge.id));
  }

  async #undo(client: Client, random: Random): Promise<void> {
    if (this.#mergeIds.length === 0 || random.chance(0.3)) {
      const list = await client.get<Merge[]>(`/visitors/${encodeURIComponent(this.#anyone(random))}/merges`);
      if (this.#isRight(list, 'merges')) for (const { id } of list.data) remember(this.#mergeIds, String(id));
    }
    if (this.#mergeIds.length === 0) return;
    const answer = await client.post(`/visitors/merges/${random.of(this.#mergeIds)}/undo`, {});
    if (this.#isRight(answer, 'undo')) this.tally.undos++;
  }

  /** Each worker edits an attribute of its own, counting up: what it wrote last has to be there at the end. */
  async #edit(client: Client, random: Random, worker: number): Promise<void> {
    const attribute = `edit-${worker}`;
    const next = (this.edits.get(attribute) ?? 0) + 1;
    const path = `/visitors/${encodeURIComponent(this.#anyone(random))}`;
    const answer = await client.put<Visitor>(path, { attributes: { [attribute]: next } });
    if (!this.#isRight(answer, 'edit')) return;
    this.edits.set(attribute, next);
    this.tally.edits++;
  }

  async #read(client: Client, random: Random): Promise<void> {
    const who = encodeURIComponent(this.#anyone(random));
    const path = random.of([`/visitors/${who}`, `/visitors/${who}/events`, `/visitors/${who}/sessions`, '/visitors']);
    this.#isRight(await client.get(path), 'read');
  }

  #anyone(random: Random): string {
    if (this.#visitorIds.length > 0 && random.chance(0.3)) return random.of(this.#visitorIds);
    return random.chance(0.5) ? `user:${random.of(USERS)}` : `anon:${random.of(BROWSERS)}`;
  }

  #isRight(answer: Answer<unknown>, call: string): boolean {
    if (answer.status === 200) return true;
    const { code } = answer.problem;
    if (!RIGHT_REFUSALS.has(code)) this.#complain(`${call} ${answer.status} ${code}`);
    this.tally.refusals++;
    return false;
  }

  #complain(what: string): void {
    this.wrong.push(what);
  }
}

function remember<Thing>(things: Thing[], thing: Thing): void {
  things.push(thing);
  if (things.length > REMEMBERED) things.shift();
}
