/** A storm: workers that track, identify, alias, merge, undo, edit and anonymize at once, and remember what was acknowledged. */
import type { BatchReply } from '../../src/contract/ingest.ts';
import type { Merge, MergeReply } from '../../src/contract/merge.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import type { Answer, Client } from '../support/client.ts';
import { Random } from './random.ts';
import { Doomed } from './storm-erasure.ts';
import { BROWSERS, Items, type SentItem, USERS } from './storm-items.ts';
import { Talks } from './storm-talks.ts';

/** Refusals that are right when others change the same people at the same time. */
const RIGHT_REFUSALS: ReadonlySet<string> = new Set([
  'already_merged',
  'already_undone',
  'identified_conflict',
  'not_found', // before anybody has seen the id
  'self_merge',
  'stale_plan',
]);

/** Begins every id of those who are anonymized; nothing else is done with them. */
export const LEAVER = 'leaver-';

/** Newest ids that are kept to be used again. */
const REMEMBERED = 200;

/** What happened, summed over all workers. */
export interface Tally {
  items: number;
  repeats: number;
  merges: number;
  undos: number;
  edits: number;
  leavers: number;
  written: number;
  refusals: number;
}

const NOTHING: Tally = { items: 0, repeats: 0, merges: 0, undos: 0, edits: 0, written: 0, leavers: 0, refusals: 0 };

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
  /** Accepted items about people who were anonymized. */
  anonymized = 0;
  readonly tally: Tally = { ...NOTHING };
  /** What was said in conversations. */
  readonly talks = new Talks();
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
    await this.#leave(items);
    while (!isOver()) {
      const client = random.of(this.clients);
      const draw = random.next();
      if (draw < 0.5) await this.#ingest(client, this.#batch(random, items));
      else if (draw < 0.64) await this.#talk(client, random);
      else if (draw < 0.76) await this.#merge(client, random);
      else if (draw < 0.89) await this.#undo(client, random);
      else if (draw < 0.96) await this.#edit(client, random, worker);
      else if (draw < 0.97) await this.#read(client, random);
      else if (draw < 0.98) await this.doomed.one(items);
      else if (draw < 0.99) await this.#createTogether(items);
      else await this.#leave(items);
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

  /** Somebody comes, and is anonymized at both processes while more is sent about them. */
  async #leave(items: Items): Promise<void> {
    const name = `${items.prefix}-${this.#newcomers++}`;
    const [first, ...more] = items.newcomers(`${LEAVER}user-${name}`, `${LEAVER}browser-${name}`);
    const { userId, anonymousId } = first as SentItem;
    const at = (i: number) => this.clients[i % this.clients.length] as Client;
    const send = async (client: Client, sent: readonly unknown[]) => {
      const answer = await client.post<BatchReply>('/batch', { items: sent });
      if (!this.#isRight(answer, 'leaver')) return;
      for (const { status } of answer.data.results) {
        if (status === 'accepted') this.anonymized++;
        else if (status !== 'suppressed') this.#complain(`leaver ${status}`);
      }
    };
    const anonymize = async (client: Client, ref: string) =>
      this.#isRight(await client.post(`/visitors/${encodeURIComponent(ref)}/anonymize`, {}), 'anonymize');
    await send(at(0), [first]);
    await Promise.all([send(at(0), more), anonymize(at(0), `user:${userId}`), anonymize(at(1), `anon:${anonymousId}`)]);
    for (const ref of [`user:${userId}`, `anon:${anonymousId}`]) await anonymize(at(1), ref);
    this.tally.leavers++;
  }

  /** Somebody writes or reads; somebody whom nobody knows yet writes while a server says who they are. */
  async #talk(client: Client, random: Random): Promise<void> {
    if (random.chance(0.1)) {
      const { anonymousId, answers } = await this.talks.newcomer(this.clients);
      const { data } = await client.get<Visitor>(`/visitors/anon:${anonymousId}`);
      remember(this.#visitorIds, data.id);
      for (const answer of answers) if (this.#isRight(answer, 'newcomer')) this.tally.written++;
      return;
    }
    const { answer, wrote } = await this.talks.any(client, random, this.#anyone(random));
    if (this.#isRight(answer, 'talk') && wrote) this.tally.written++;
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
    if (answer.status === 200 || answer.status === 201) return true;
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
