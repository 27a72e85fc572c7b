/** Carries a history out on the real services and on the model, and compares the two after every step. */
import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Context } from '../../src/context.ts';
import { toWire, type Uuid } from '../../src/ids.ts';
import { Ingest } from '../../src/ingest/pipeline.ts';
import { createLog } from '../../src/log.ts';
import { startConversation } from '../../src/services/conversation-start.ts';
import { mergeVisitors } from '../../src/services/merge.ts';
import { markRead, sendMessage } from '../../src/services/message.ts';
import { addNote } from '../../src/services/note.ts';
import { listNotes } from '../../src/services/note-list.ts';
import { addTag, removeTag } from '../../src/services/tag.ts';
import { undoMerge } from '../../src/services/unmerge.ts';
import { editVisitor } from '../../src/services/visitor-edit.ts';
import { inWork } from '../../src/services/work.ts';
import { storeWorkspace } from '../../src/services/workspace.ts';
import type { World } from '../support/world.ts';
import { expectedFacts, storedFacts } from './compare.ts';
import type { RecordName } from './history.ts';
import { storedUnder } from './history.ts';
import { type Twin, twin } from './messages.ts';
import { Oracle } from './oracle.ts';
import { codeOf, editOf, foreseeable, valuesOf } from './replay-values.ts';
import { type Draft, identification, type MergeStep, type Step, type TalkStep } from './steps.ts';
import { namesOf, readStore, type Store } from './store.ts';

const START = '2026-01-15T10:00:30.250Z';

/** One workspace and its model, kept side by side. */
export class Replay {
  readonly oracle: Oracle;
  readonly sent: Twin[] = [];
  readonly #ingest: Ingest;
  #store: Store | null = null;
  #commits = 0;
  #serial = 0;

  private constructor(
    readonly world: World,
    readonly ctx: Context,
  ) {
    const hash = (id: string) => createHmac('sha256', ctx.caller.hashKey).update(id).digest('hex').slice(0, 32);
    this.oracle = new Oracle(hash);
    this.#ingest = new Ingest({
      ...{ db: world.db, clock: world.clock, ids: world.ids, log: createLog('silent') },
      onCommitted: () => void this.#commits++,
    });
  }

  /** A workspace of its own, the clock at the beginning. */
  static async begin(world: World): Promise<Replay> {
    world.clock.set(START);
    return new Replay(world, await keylessWorkspace(world));
  }

  /** Carries out one step and compares everything. */
  async step(step: Step): Promise<void> {
    this.world.clock.advance(step.wait);
    await this.#carryOut(step);
    if (step.kind !== 'send') await this.compare();
  }

  /** Reads everything again. @throws when the database and the model differ. */
  async compare(): Promise<Store> {
    const store = await readStore(this.ctx);
    this.#store = store;
    const [stored, expected] = [storedFacts(store), expectedFacts(this.oracle)];
    if (!isDeepStrictEqual(stored, expected)) expect(stored).toEqual(expected);
    return store;
  }

  /** Sends a batch made of drafts. */
  async send(drafts: readonly Draft[]): Promise<void> {
    await this.sendTwins(drafts.map((draft) => this.twin(draft)));
  }

  /** Sends a batch and compares; each item is answered with what the model says. */
  async sendTwins(twins: readonly Twin[]): Promise<void> {
    const before = this.#commits;
    const results = await this.#ingest.submit(
      this.ctx,
      twins.map(({ raw }) => raw),
    );
    // Halving a batch until its items stand alone would mend what is broken, unseen.
    expect(this.#commits - before).toBeLessThanOrEqual(1);
    const statuses = this.oracle.send(twins.map(({ message }) => message));
    expect(results.map(({ status }) => status)).toEqual(statuses);
    const { records } = await this.compare();
    const name = namesOf(records);
    expect(results.map(({ visitorId }) => name(visitorId ?? null))).toEqual(
      twins.map(({ message }) => this.oracle.survivor(storedUnder(message))),
    );
    this.sent.push(...twins);
  }

  /** Undoes the merge with this number. */
  async undo(number: number): Promise<void> {
    const [link, row] = [this.oracle.links[number], this.#store?.links[number]];
    if (!link || !row) return;
    const code = await codeOf(undoMerge(this.ctx, toWire('merge', row.id)));
    expect(code).toBe(link.undone ? 'already_undone' : null);
    if (!link.undone) this.oracle.undo(link);
  }

  /** The record that a number picks, if there is any. */
  record(number: number): RecordName | undefined {
    const records = [...this.oracle.records];
    return records[number % Math.max(1, records.length)];
  }

  /** A record as a caller may name it. */
  reference(record: RecordName, byIdentifier: boolean): string {
    const id = this.#ids().get(record);
    return byIdentifier || id === undefined ? record : toWire('visitor', id);
  }

  /** Merges by hand, or is refused; as the model says. */
  async merge({ source, target, byIdentifier, overrides, allowIdentified, rehearse }: MergeStep): Promise<void> {
    const [from, into] = [this.record(source), this.record(target)];
    if (!from || !into) return;
    const ends = {
      sourceVisitorId: this.reference(from, byIdentifier),
      targetVisitorId: this.reference(into, !byIdentifier),
    };
    const body = { ...ends, overrides: editOf(overrides), allowIdentified };
    const refusal = this.oracle.refusal(from, into, allowIdentified);
    if (refusal !== null) {
      expect(await codeOf(mergeVisitors(this.ctx, body))).toBe(refusal);
      return;
    }
    const rehearsed = rehearse ? await mergeVisitors(this.ctx, { ...body, dryRun: true }) : null;
    if (rehearsed) await this.compare();
    const { visitor } = await mergeVisitors(this.ctx, {
      ...body,
      ...(rehearsed?.merge.planHash && { planHash: rehearsed.merge.planHash }),
    });
    const { values, company } = valuesOf(overrides);
    this.oracle.merge({ source: from, target: into, overrides: values, company, now: this.#now() });
    if (rehearsed) expect(foreseeable(rehearsed.visitor)).toEqual(foreseeable(visitor));
  }

  async #carryOut(step: Step): Promise<void> {
    switch (step.kind) {
      case 'send': {
        const batch = step.drafts.map((draft) => this.twin(draft));
        for (const { pick, at } of step.again) {
          const earlier = this.sent[pick % Math.max(1, this.sent.length)];
          if (earlier) batch.splice(at % (batch.length + 1), 0, earlier);
        }
        return this.sendTwins(batch);
      }
      case 'edit': {
        const record = this.record(step.on);
        if (!record) return;
        await editVisitor(this.ctx, this.reference(record, step.on % 2 === 0), editOf(step.traits));
        const { values, company } = valuesOf(step.traits);
        return this.oracle.edit(record, values, this.#now(), company);
      }
      case 'tag':
      case 'untag': {
        const record = this.record(step.on);
        return record && this.#mark(step.kind, record, step.tag);
      }
      case 'note': {
        const record = this.record(step.on);
        if (!record) return;
        const body = `Note ${this.#serial++}`;
        await addNote(this.ctx, this.reference(record, step.on % 2 === 0), { body });
        this.oracle.note(record, body);
        const { meta } = await listNotes(this.ctx, record, { limit: 1 });
        const person = this.oracle.people().find(({ id }) => id === this.oracle.survivor(record));
        return expect(meta.total).toBe(person?.notes);
      }
      case 'merge':
        return this.merge(step);
      case 'talk':
        return step.into === null ? this.#begin(step) : this.#goOn(step, step.into);
      case 'rejoin':
        return this.#rejoin(step.pick % Math.max(1, this.oracle.links.length), step.byHand);
      case 'undo':
        return this.undo(step.pick % Math.max(1, this.oracle.links.length));
    }
  }

  /** Gives or takes a tag; who does not have it cannot lose it. */
  async #mark(kind: 'tag' | 'untag', record: RecordName, tag: string): Promise<void> {
    const [had, ref] = [this.oracle.tags(record).includes(tag), this.reference(record, tag === 'vip')];
    if (kind === 'tag') {
      this.oracle.tag(record, tag);
      expect((await addTag(this.ctx, ref, { tag: ` ${tag.toUpperCase()}` })).tags).toEqual(this.oracle.tags(record));
      return;
    }
    this.oracle.untag(record, tag);
    expect(await codeOf(removeTag(this.ctx, ref, tag))).toBe(had ? null : 'not_found');
  }

  /** Begins a conversation, as an agent with a record there is, or as a visitor with a token. */
  async #begin({ as, on, byIdentifier }: TalkStep): Promise<void> {
    const byVisitor = as !== 'agent';
    const message = { type: 'text', body: 'Hello' } as const;
    const anonymousId = `a${on % 4}`;
    const record = as === 'token' ? (`anon:${anonymousId}` as const) : this.record(on);
    if (!record) return;
    if (as === 'token') {
      const visitor = { anonymousId, expiresAt: Number.POSITIVE_INFINITY };
      const caller = { ...this.ctx.caller, kind: 'publishable', scopes: new Set<never>(), visitor } as const;
      await startConversation({ ...this.ctx, caller }, { message });
    } else {
      const visitorId = this.reference(record, byIdentifier);
      await startConversation(this.ctx, { visitorId, message, author: { kind: as } });
    }
    const talk = this.oracle.begin(as === 'token' ? record : this.oracle.keeper(record));
    this.oracle.say(talk, byVisitor, this.#now());
  }

  /** Writes into a conversation, or reads it. */
  async #goOn({ as, reads }: TalkStep, into: number): Promise<void> {
    const number = into % Math.max(1, this.oracle.talks.length);
    const [talk, row] = [this.oracle.talks[number], this.#store?.talks[number]];
    if (!talk || !row) return;
    const id = toWire('conversation', row.id);
    if (reads) {
      await markRead(this.ctx, id, {});
      return this.oracle.read(talk, false);
    }
    const kind = as === 'agent' ? 'agent' : 'visitor';
    await sendMessage(this.ctx, id, { type: 'text', body: 'And?', author: { kind } });
    this.oracle.say(talk, kind === 'visitor', this.#now());
  }

  /** Joins again what a link joined: what is barred by its undoing, and what lifts the bar. */
  async #rejoin(number: number, byHand: boolean): Promise<void> {
    const link = this.oracle.links[number];
    if (!link) return;
    if (byHand) {
      const [source = 0, target = 0] = [link.source, link.target].map((end) => [...this.oracle.records].indexOf(end));
      const wishes = { byIdentifier: true, overrides: {}, allowIdentified: true, rehearse: false };
      return this.merge({ source, target, ...wishes });
    }
    const records = [...this.oracle.group(link.source), ...this.oracle.group(link.target)];
    const [user, anonymous] = [/^user:u(\d+)$/, /^anon:a(\d+)$/].map((kind) =>
      records.flatMap((record) => kind.exec(record)?.[1] ?? []).at(-1),
    );
    if (user && anonymous) await this.send([identification(Number(user), Number(anonymous))]);
  }

  /** A message of this moment. */
  twin(draft: Draft): Twin {
    const records = [...this.oracle.records];
    return twin(draft, { receivedAt: this.#now(), serial: this.#serial++, records, ids: this.#ids() });
  }

  #ids(): ReadonlyMap<RecordName, Uuid> {
    return new Map(this.#store?.records.map(({ name, id }) => [name, id]));
  }

  #now(): number {
    return this.world.clock.now().getTime();
  }
}

const callers = new WeakMap<World, Promise<Context>>();

/** A workspace that nobody calls from outside: making keys takes longer than a whole history. */
async function keylessWorkspace(world: World): Promise<Context> {
  const known = callers.get(world) ?? world.workspace();
  callers.set(world, known);
  const ctx = await known;
  const workspaceId = world.ids.uuid();
  await inWork(world, workspaceId, (work) => storeWorkspace(work, 'Model'));
  return { ...ctx, caller: { ...ctx.caller, workspaceId } };
}
