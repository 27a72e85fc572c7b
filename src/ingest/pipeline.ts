/**
 * The one way in: normalise → commit together → answer per item. REST, GraphQL and the Segment protocol all call this
 * and know nothing of what happens behind it.
 */
import { type Context, requireScope } from '../context.ts';
import type { Item, ItemStatus, Warning } from '../contract/item.ts';
import type { News } from '../contract/live.ts';
import { unreachable } from '../errors.ts';
import { toWire, type Uuid, type VisitorId } from '../ids.ts';
import type { Bus } from '../infra/bus.ts';
import type { Log } from '../log.ts';
import { ingestedItems } from '../metrics.ts';
import { findNamedRecords } from '../services/identifier.ts';
import { type Rejection, recordRejections } from '../services/issue-write.ts';
import { messageHash } from '../services/keyed-hash.ts';
import type { WorkSource } from '../services/work.ts';
import { Flusher } from './flush.ts';
import { type Commit, type Committed, GroupCommit } from './group-commit.ts';
import { HeartbeatHold, isHeartbeat } from './heartbeat.ts';
import type { Entry } from './links.ts';
import { normaliseItem, type Refused, sourceOf, type Unproven } from './normalise.ts';
import { ruleFor, verifyProofs } from './proof.ts';
import { publishCommitted } from './publish.ts';
import type { Sender } from './sender.ts';

/** What became of one item of a request, in the order of the request. */
export interface ItemResult {
  readonly index: number;
  readonly messageId: string;
  /** The survivor it is stored under; absent when it was not stored. */
  readonly visitorId?: VisitorId | undefined;
  readonly status: ItemStatus;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly pointer?: string | undefined;
  readonly limit?: number | undefined;
  readonly warnings?: readonly Warning[] | undefined;
}

/** What a door knows of a request besides its items. */
export interface Submission extends Pick<Sender, 'sentAt' | 'idempotencyKey' | 'proxyPlace'> {
  /** The type the route stands for; absent: each item says its own. */
  readonly type?: Item['type'] | undefined;
}

/** An item on its way to being stored. */
interface Waiting {
  /** In its request. */
  readonly index: number;
  readonly entry: Entry;
  readonly warnings: readonly Warning[];
  readonly unproven?: Unproven | undefined;
}

/** What the pipeline is made of. */
export interface IngestParts extends WorkSource {
  readonly log: Log;
  readonly geo?: Sender['geo'] | undefined;
  /** Where what was committed is told. */
  readonly bus?: Bus<News> | undefined;
  /** Told after each commit how many items it carried. */
  readonly onCommitted?: ((items: number) => void) | undefined;
}

/** While one transaction is carried out the next is on its way; PGlite has no way to save. */
const POSTGRES_LANES = 2;

/** One per process. */
export class Ingest {
  readonly #group: GroupCommit;
  readonly #heartbeats = new HeartbeatHold();
  readonly #log: Log;
  readonly #geo: Sender['geo'];

  constructor({ log, geo, bus, onCommitted, ...source }: IngestParts) {
    const flusher = new Flusher(source, bus && ((workspaceId, done) => publishCommitted(bus, workspaceId, done)));
    const lanes = source.db.kind === 'postgres' ? POSTGRES_LANES : 1;
    const commit: Commit = async (workspaceId, entries) => {
      const outcomes = await flusher.flush(workspaceId, entries);
      onCommitted?.(entries.length);
      return outcomes;
    };
    this.#group = new GroupCommit(commit, lanes, log);
    this.#log = log;
    this.#geo = geo;
  }

  /**
   * Takes the items of one request; resolves when all accepted ones are committed.
   *
   * @param raws anything JSON can hold. @returns one result per item, in order.
   * @throws {Forbidden} for a secret key without `visitors:write`. @throws {Overloaded} @throws {Unavailable}
   */
  async submit(ctx: Context, raws: readonly unknown[], submission: Submission = {}): Promise<ItemResult[]> {
    if (ctx.caller.kind === 'secret') requireScope(ctx.caller, 'visitors:write');
    const { type, ...hints } = submission;
    const { kind, hashKey, userAgent, ip, workspaceId, by, retention } = ctx.caller;
    const receivedAt = ctx.clock.now().getTime();
    const rule = ruleFor(ctx.caller);
    const proofs = rule ? await verifyProofs(rule, raws, receivedAt) : undefined;
    const known = { kind, hashKey, receivedAt, ids: ctx.ids, userAgent, ip, geo: this.#geo, proofs, retention };
    const sender: Sender = { ...known, ...hints };
    const results: ItemResult[] = new Array(raws.length);
    const waiting: Waiting[] = [];
    const held: (Waiting & { readonly recordId: Uuid })[] = [];
    const rejections: Rejection[] = [];
    raws.forEach((raw, index) => {
      const judged = normaliseItem(raw, sender, type);
      if ('item' in judged) {
        const { item, warnings, unproven } = judged;
        const recordId = isHeartbeat(item) ? this.#heartbeats.find(workspaceId, item) : undefined;
        const ready = { index, entry: { item, by, hashKey }, warnings, unproven };
        if (recordId) held.push({ ...ready, recordId });
        else waiting.push(ready);
        return;
      }
      results[index] = refused(index, judged);
      if (judged.status === 'rejected') rejections.push(rejectionOf(sender, judged));
    });
    await this.#commit(workspaceId, waiting, results, rejections);
    // Whom a record belongs to may have changed since its minute was written, and it may be gone.
    const there = await findNamedRecords(
      { tx: ctx.db, workspaceId },
      held.map(({ recordId }) => recordId),
    );
    for (const { index, entry, recordId, warnings } of held) {
      results[index] = accepted(index, entry.item, there.get(recordId)?.survivorId, warnings);
    }
    const gone = held.filter(({ recordId }) => !there.get(recordId)?.receives);
    await this.#commit(workspaceId, gone, results, rejections);
    await this.#list(ctx, rejections);
    for (const { status } of results) ingestedItems.inc({ status });
    return results;
  }

  /** Resolves when everything that was taken is committed. */
  drain(): Promise<void> {
    return this.#group.drain();
  }

  /** Commits items and notes what became of each. */
  async #commit(workspaceId: Uuid, waiting: readonly Waiting[], results: ItemResult[], rejections: Rejection[]) {
    if (waiting.length === 0) return;
    const entries = waiting.map(({ entry }) => entry);
    const outcomes = await this.#group.submit(workspaceId, entries);
    waiting.forEach(({ index, entry, warnings, unproven }, i) => {
      const { item } = entry;
      const outcome = outcomes[i] as Committed;
      if (outcome.recordId && isHeartbeat(item)) this.#heartbeats.remember(workspaceId, item, outcome.recordId);
      results[index] = answer(index, item, outcome, warnings);
      const { code, status, pointer } = results[index];
      const [itemType, hash] = [item.type, item.messageHash];
      if (status === 'accepted' && unproven) {
        rejections.push({ code: 'identity_unproven', itemType, messageHash: hash, ...unproven });
      }
      if (status !== 'rejected' || code === undefined) return;
      rejections.push({ code, pointer, itemType, messageHash: hash });
    });
  }

  /** An issue that could not be listed must not make a committed request fail. */
  async #list(ctx: Context, rejections: readonly Rejection[]): Promise<void> {
    await recordRejections(ctx, rejections).catch((thrown: unknown) => {
      this.#log.error({ err: thrown, rejections: rejections.length }, 'ingestion issues could not be listed');
    });
  }
}

function answer(index: number, item: Item, outcome: Committed, warnings: readonly Warning[]): ItemResult {
  const { messageId } = item;
  switch (outcome.status) {
    case 'unknown_visitor': {
      const detail = 'No visitor has this id.';
      return { index, messageId, status: 'rejected', code: 'unknown_visitor', detail, pointer: '/visitorId' };
    }
    case 'failed':
      return { index, messageId, status: 'rejected', code: 'internal', detail: 'This item could not be stored.' };
    case 'suppressed': {
      const detail = 'About somebody who was deleted or anonymized since.';
      return { index, messageId, status: 'suppressed', code: 'erased', detail };
    }
    case 'duplicate':
      return { index, messageId, visitorId: wire(outcome.visitorId), status: 'duplicate' };
    case 'accepted':
      return accepted(index, item, outcome.visitorId, warnings);
    default:
      return unreachable(outcome);
  }
}

function accepted(index: number, item: Item, visitor: string | undefined, warnings: readonly Warning[]): ItemResult {
  const result = { index, messageId: item.messageId, visitorId: wire(visitor), status: 'accepted' } as const;
  return warnings.length > 0 ? { ...result, warnings } : result;
}

function refused(index: number, { messageId, status, code, detail, pointer, limit }: Refused): ItemResult {
  return { index, messageId, status, code, detail, pointer, limit };
}

function rejectionOf(sender: Sender, { code, pointer, itemType, messageId, identifierHash }: Refused): Rejection {
  const hash = messageHash(sender.hashKey, messageId, sourceOf(sender));
  return { code, pointer, itemType, messageHash: hash, identifierHash };
}

function wire(record: string | undefined): VisitorId | undefined {
  return record === undefined ? undefined : toWire('visitor', record);
}
