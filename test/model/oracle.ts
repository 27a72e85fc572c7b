/**
 * The naive model of identity: lists of what happened, and everything else worked out from them anew each time it is
 * asked for. Written from the product's rules, sharing no code with the server; slow and plain on purpose.
 */
import type {
  CompanyMention,
  Edit,
  Link,
  Message,
  Naming,
  NoteFact,
  Person,
  RecordName,
  Tagging,
  Talk,
  Values,
  Visit,
} from './history.ts';
import { linkedFrom, seenBy, storedUnder } from './history.ts';
import { datedAt, newestPerKey, type Profiles, profileOf, visitsOf } from './oracle-profile.ts';

/** Why a manual merge is refused, or null. */
export type Refusal = 'self_merge' | 'already_merged' | 'identified_conflict' | null;

/** What a manual merge is asked to do. */
export interface MergeOrder {
  readonly source: RecordName;
  readonly target: RecordName;
  readonly overrides: Values;
  /** The company the overrides name, if they name one. */
  readonly company?: CompanyMention | undefined;
  readonly now: number;
}

const CHOSEN = ['name', 'email', 'phone', 'avatarUrl', 'company'];

/** One workspace, as its history says it should be. */
export class Oracle implements Profiles {
  readonly messages: Message[] = [];
  readonly edits: Edit[] = [];
  readonly links: Link[] = [];
  readonly namings: Naming[] = [];
  readonly notes: NoteFact[] = [];
  taggings: Tagging[] = [];
  readonly talks: Talk[] = [];
  readonly records = new Set<RecordName>();
  /** Records that were survivors after some commit: their ids were answered. */
  readonly #answered = new Set<RecordName>();
  #decisions = 0;

  /** @param hash what decides between two landing pages of one moment. */
  constructor(readonly hash: (messageId: string) => string) {}

  /** Takes one batch, in its order. @returns the status of each message. */
  send(batch: readonly Message[]): ('accepted' | 'duplicate')[] {
    const statuses = batch.map((message) => this.#take(message));
    this.#commit();
    return statuses;
  }

  /** Whether a merge by hand is allowed. */
  refusal(source: RecordName, target: RecordName, allowIdentified: boolean): Refusal {
    if (source === target) return 'self_merge';
    const [from, into] = [this.group(source), this.group(target)];
    if (from.has(target)) return 'already_merged';
    return users(from).length > 0 && users(into).length > 0 && !allowIdentified ? 'identified_conflict' : null;
  }

  /** Merges by hand what `refusal` allows. */
  merge({ source, target, overrides, company, now }: MergeOrder): void {
    this.#name(company, now, this.#decisionId());
    const [from, into] = [this.group(source), this.group(target)];
    const choices = this.#choose(from, into, overrides, now);
    const barred = this.#bars(from, into);
    const ends = { source: this.survivor(source), target: this.survivor(target) };
    const link: Link = { kind: 'manual', ...ends, choices, undone: false, liftedBy: null };
    for (const bar of barred) bar.liftedBy = link;
    this.links.push(link);
    this.#commit();
  }

  /** Takes any link back that is in force. */
  undo(link: Link): void {
    link.undone = true;
    for (const other of this.links) if (other.liftedBy === link) other.liftedBy = null;
    this.#commit();
  }

  /** Edits the person that `record` belongs to; the survivor keeps the edit. */
  edit(record: RecordName, values: Values, now: number, company?: CompanyMention): void {
    this.#name(company, now, this.#decisionId());
    const replaced = newestPerKey(this, this.group(record)).filter(({ key }) => key in values);
    const at = Math.max(now, ...replaced.map((each) => each.at + 1));
    this.edits.push({ record: this.survivor(record), id: this.#decisionId(), at, values });
  }

  /** The survivor keeps the tag, whoever else of the person has it. */
  tag(record: RecordName, tag: string): void {
    const survivor = this.survivor(record);
    const isKept = this.taggings.some((each) => each.record === survivor && each.tag === tag);
    if (!isKept) this.taggings.push({ record: survivor, tag });
  }

  /** Takes the tag from everybody the person is made of. */
  untag(record: RecordName, tag: string): void {
    const group = this.group(record);
    this.taggings = this.taggings.filter((each) => !(group.has(each.record) && each.tag === tag));
  }

  /** Of the person that `record` belongs to. */
  tags(record: RecordName): string[] {
    const group = this.group(record);
    return [...new Set(this.taggings.flatMap((each) => (group.has(each.record) ? [each.tag] : [])))].sort();
  }

  /** The survivor keeps the note. */
  note(record: RecordName, body: string): void {
    this.notes.push({ record: this.survivor(record), body });
  }

  /** The record that keeps what agents begin with the person of `record`: that of the userId they answer with, if any. */
  keeper(record: RecordName): RecordName {
    const { userId } = profileOf(this, this.group(record));
    return userId === null ? record : `user:${userId}`;
  }

  /** Begins a conversation; whoever does so themselves may be new. */
  begin(record: RecordName): Talk {
    const talk = { record, said: [] };
    this.records.add(record);
    this.talks.push(talk);
    return talk;
  }

  /** Somebody writes. */
  say({ said }: Talk, byVisitor: boolean, at: number): void {
    const before = said.at(-1)?.sentAt ?? Number.NEGATIVE_INFINITY;
    said.push({ byVisitor, at, sentAt: Math.max(at, before + 1), read: false });
    this.#commit();
  }

  /** One side reads what the other wrote. */
  read({ said }: Talk, byVisitor: boolean): void {
    for (const saying of said) if (saying.byVisitor !== byVisitor) saying.read = true;
  }

  /** Everybody, in no order. */
  people(): Person[] {
    return this.#groups().map((group) => {
      const survivor = this.#survivorOf(group);
      const mergedFrom = [...group].filter((record) => record !== survivor && this.#answered.has(record));
      const notes = this.notes.filter(({ record }) => group.has(record)).length;
      return { id: survivor, mergedFrom, tags: this.tags(survivor), notes, ...profileOf(this, group) };
    });
  }

  visits(): Visit[] {
    return visitsOf(this);
  }

  survivor(record: RecordName): RecordName {
    return this.#survivorOf(this.group(record));
  }

  /** Flood fill over the links in force. */
  group(record: RecordName): Set<RecordName> {
    const group = new Set([record]);
    for (let size = 0; size < group.size; ) {
      size = group.size;
      for (const { source, target, undone } of this.links) {
        if (undone || group.has(source) === group.has(target)) continue;
        group.add(source).add(target);
      }
    }
    return group;
  }

  #groups(): Set<RecordName>[] {
    const groups: Set<RecordName>[] = [];
    for (const record of this.records) {
      if (!groups.some((group) => group.has(record))) groups.push(this.group(record));
    }
    return groups;
  }

  /** The one record of a group that was merged into nothing. */
  #survivorOf(group: ReadonlySet<RecordName>): RecordName {
    const merged = new Set(this.links.filter((link) => !link.undone).map((link) => link.source));
    const [survivor, ...others] = [...group].filter((record) => !merged.has(record));
    if (survivor === undefined || others.length > 0) throw new Error('A group has not exactly one survivor.');
    return survivor;
  }

  #take(message: Message): 'accepted' | 'duplicate' {
    const isHeartbeat = message.action === 'heartbeat';
    if (!isHeartbeat && this.messages.some(({ id }) => id === message.id)) return 'duplicate';
    const before = new Set(this.records);
    // A userId where an anonymousId belongs says nothing of any visitor.
    const understood = before.has(`user:${message.previous}`) ? { ...message, previous: undefined } : message;
    for (const record of seenBy(understood)) this.records.add(record);
    this.messages.push(understood);
    this.#name(message.company, message.at, message.id);
    this.#link(understood, before);
    return 'accepted';
  }

  #name(company: CompanyMention | undefined, at: number, id: string): void {
    if (company?.name !== undefined) this.namings.push({ company, at, id });
  }

  #link(message: Message, before: ReadonlySet<RecordName>): void {
    const anonymous = linkedFrom(message);
    if (anonymous === null) return;
    const user = storedUnder(message);
    const [of, into] = [this.group(anonymous), this.group(user)];
    if (of.has(user) || users(of).length > 0 || this.#bars(of, into).length > 0) return;
    const isNew = !before.has(user);
    const ends = isNew ? { source: user, target: anonymous } : { source: this.survivor(anonymous), target: user };
    const kind = message.type === 'alias' ? 'alias' : 'identify';
    this.links.push({ kind, ...ends, choices: [], undone: false, liftedBy: null });
  }

  /** Undone links that stand between two groups. */
  #bars(one: ReadonlySet<RecordName>, other: ReadonlySet<RecordName>): Link[] {
    return this.links.filter(({ source, target, undone, liftedBy }) => {
      if (!undone || liftedBy !== null) return false;
      return (one.has(source) && other.has(target)) || (other.has(source) && one.has(target));
    });
  }

  /** Target's value where both have one, the override where there is one, and what would else stay hidden. */
  #choose(from: ReadonlySet<RecordName>, into: ReadonlySet<RecordName>, overrides: Values, now: number) {
    const ofSource = newestPerKey(this, from).filter(({ key }) => isChosen(key));
    const ofTarget = newestPerKey(this, into).filter(({ key }) => isChosen(key));
    const at = Math.max(now, ...[...ofSource, ...ofTarget].map((each) => each.at + 1));
    const natural = newestPerKey(this, new Set([...from, ...into]));
    const value = (values: typeof natural, key: string) => values.find((each) => each.key === key)?.value ?? null;
    const keys = new Set([...natural.map(({ key }) => key).filter(isChosen), ...Object.keys(overrides)]);
    const id = this.#decisionId();
    return [...keys].flatMap((key) => {
      const [source, target] = [value(ofSource, key), value(ofTarget, key)];
      const chosen = key in overrides ? overrides[key] : (target ?? source);
      const bothHave = source !== null && target !== null;
      const isHidden = JSON.stringify(value(natural, key)) !== JSON.stringify(chosen);
      return key in overrides || bothHave || isHidden ? [datedAt(key, chosen, at, id)] : [];
    });
  }

  /** Ids of decisions sort by their order, as the server's do, and below those of most messages. */
  #decisionId(): string {
    this.#decisions++;
    return `0${String(this.#decisions).padStart(8, '0')}`;
  }

  #commit(): void {
    for (const group of this.#groups()) this.#answered.add(this.#survivorOf(group));
  }
}

/** Whether merges by hand choose this key; what machines report is never a matter of choice. */
function isChosen(key: string): boolean {
  return CHOSEN.includes(key) || key.startsWith('attributes.');
}

/** The records of a group that are a userId's. */
export function users(group: ReadonlySet<RecordName>): RecordName[] {
  return [...group].filter((record) => record.startsWith('user:'));
}
