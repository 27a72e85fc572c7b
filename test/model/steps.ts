/** Random histories: what people and servers may do to a few ids, as plain data that shrinks. */
import fc from 'fast-check';

/** Traits as a sender writes them. */
export interface Traits {
  readonly name?: string | null;
  readonly email?: string | null;
  readonly avatarUrl?: string | null;
  readonly plan?: unknown;
  readonly createdAt?: string | null;
  readonly company?: string | { readonly id: string; readonly name?: string } | null;
}

/** Whom a message is about; numbers pick from the few ids there are. */
export interface Naming {
  readonly user?: number;
  readonly anonymous?: number;
  /** Picks a record that exists, to be named by its `vis_…`. */
  readonly visitor?: number;
}

/** A message to be: made concrete when it is sent. */
export interface Draft {
  readonly type: 'identify' | 'alias' | 'track' | 'page' | 'session' | 'update' | 'group';
  readonly who: Naming;
  readonly previous: number;
  /** True: `previous` picks a userId, by a mistake of the sender. */
  readonly previousIsUser: boolean;
  /** Milliseconds before it arrives. */
  readonly ago: number;
  readonly session: number | null;
  readonly action: 'start' | 'heartbeat' | 'end';
  readonly traits: Traits;
  readonly machine: 'desktop' | 'phone' | null;
  readonly timezone: string | null;
  /** Makes message ids sort before and behind the ids of edits and merges. */
  readonly prefix: string;
}

/** One thing that happens; `wait` is how long after the one before, in milliseconds. */
export type Step = { readonly wait: number } & (
  | { readonly kind: 'send'; readonly drafts: readonly Draft[]; readonly again: readonly Again[] }
  | { readonly kind: 'edit'; readonly on: number; readonly traits: Traits }
  | ({ readonly kind: 'merge' } & MergeStep)
  | { readonly kind: 'tag' | 'untag'; readonly on: number; readonly tag: 'vip' | 'beta' }
  | { readonly kind: 'note'; readonly on: number }
  | { readonly kind: 'undo'; readonly pick: number }
  | ({ readonly kind: 'talk' } & TalkStep)
  /** Identify, or a merge by hand, of two that a link joined or joins. */
  | { readonly kind: 'rejoin'; readonly pick: number; readonly byHand: boolean }
);

/** A message of an earlier batch, sent again somewhere in this one. */
interface Again {
  readonly pick: number;
  readonly at: number;
}

/** Somebody writes, or reads what was written. */
export interface TalkStep {
  /** A server for an agent or for the visitor; or the visitor with a token, who may be new. */
  readonly as: 'agent' | 'visitor' | 'token';
  /** Picks a record; of a token an anonymousId. */
  readonly on: number;
  readonly byIdentifier: boolean;
  /** Picks a conversation to go on with; null: a new one. */
  readonly into: number | null;
  /** Marks everything there as read instead. */
  readonly reads: boolean;
}

/** A merge by hand of two records that exist. */
export interface MergeStep {
  readonly source: number;
  readonly target: number;
  readonly byIdentifier: boolean;
  readonly overrides: Traits;
  readonly allowIdentified: boolean;
  /** Says first what would happen, and sends that plan's hash. */
  readonly rehearse: boolean;
}

const pick = fc.nat({ max: 99 });
const wait = fc.constantFrom(0, 0, 1, 1000, 61_000);

const traits: fc.Arbitrary<Traits> = fc.record(
  {
    name: fc.constantFrom('Ann', 'Bob', null),
    email: fc.constantFrom('ann@example.com', 'Bob@example.com', null),
    avatarUrl: fc.constantFrom('https://example.com/a.png', null),
    plan: fc.constantFrom<unknown>('free', 0, false, { seats: [1, null] }, null),
    createdAt: fc.constantFrom('2024-01-01', null),
    company: fc.constantFrom('Acme', { id: 'acme', name: 'Acme Ltd' }, { id: 'acme' }, null),
  },
  { requiredKeys: [] },
);

/** @param users, anonymous how many of each there are. */
function who(users: number, anonymous: number): fc.Arbitrary<Naming> {
  const user = fc.nat({ max: users - 1 });
  const visitor = fc.nat({ max: anonymous - 1 });
  return fc.oneof(
    fc.record({ anonymous: visitor }),
    fc.record({ user }),
    fc.record({ user, anonymous: visitor }),
    fc.record({ visitor: pick }),
  );
}

/** Messages about so many userIds and anonymousIds. */
export function drafts(users: number, anonymous: number): fc.Arbitrary<Draft> {
  return fc.record({
    type: fc.constantFrom<Draft['type']>(
      'identify',
      'identify',
      'identify',
      'alias',
      'track',
      'track',
      'page',
      'session',
      'session',
      'update',
      'group',
    ),
    who: who(users, anonymous),
    previous: fc.nat({ max: anonymous - 1 }),
    previousIsUser: fc.integer({ min: 0, max: 5 }).map((n) => n === 5),
    ago: fc.constantFrom(0, 0, 1, 500, 30_000, 60_000, 3_600_000, 259_200_000),
    session: fc.constantFrom(null, 0, 1),
    action: fc.constantFrom('start', 'heartbeat', 'heartbeat', 'end'),
    traits,
    machine: fc.constantFrom(null, null, 'desktop', 'phone'),
    timezone: fc.constantFrom(null, null, 'Europe/Berlin', 'America/New_York'),
    prefix: fc.constantFrom('!', 'm', 'é'),
  });
}

const again = fc.array(fc.record({ pick, at: pick }), { maxLength: 3 });

/** A few people at first, then anything that may happen to them: messages, merges by hand, and taking those back. */
export function histories(maxLength: number): fc.Arbitrary<Step[]> {
  const draft = drafts(5, 4).map(sparingNewUsers);
  const sends = (minLength: number, maxLength: number) =>
    fc.record({
      kind: fc.constant('send' as const),
      wait,
      drafts: fc.array(draft, { minLength, maxLength, size: 'max' }),
      again,
    });
  const edit = fc.record({ kind: fc.constant('edit' as const), wait, on: pick, traits });
  const talk = fc.record({
    kind: fc.constant('talk' as const),
    wait,
    as: fc.constantFrom('agent' as const, 'visitor' as const, 'token' as const),
    on: pick,
    byIdentifier: fc.boolean(),
    into: fc.oneof(fc.constant(null), pick),
    reads: fc.integer({ min: 0, max: 3 }).map((n) => n === 3),
  });
  const rejoin = fc.record({ kind: fc.constant('rejoin' as const), wait, pick, byHand: fc.boolean() });
  const step = fc.oneof(
    { weight: 4, arbitrary: sends(1, 3) },
    { weight: 1, arbitrary: edit },
    { weight: 3, arbitrary: marks() },
    { weight: 3, arbitrary: talk },
    { weight: 6, arbitrary: merges() },
    { weight: 3, arbitrary: undoing() },
    { weight: 2, arbitrary: rejoin },
  );
  const steps = fc.array(step, { maxLength, size: 'max' });
  return fc.tuple(sends(1, 6), steps).map(([first, others]) => [first, ...others]);
}

/** Only an identify or alias may bring a userId that is new, so that there are some left for it. */
function sparingNewUsers(draft: Draft): Draft {
  const { user } = draft.who;
  if (draft.type === 'identify' || draft.type === 'alias' || user === undefined) return draft;
  return { ...draft, who: { ...draft.who, user: user % 2 } };
}

/** An identify and nothing else. */
export function identification(user: number, anonymous: number): Draft {
  return {
    ...{ type: 'identify', who: { user, anonymous }, previous: 0, previousIsUser: false, ago: 0, session: null },
    ...{ action: 'start', traits: {}, machine: null, timezone: null, prefix: 'm' },
  };
}

/** Tags given and taken away, and notes. */
export function marks(): fc.Arbitrary<Extract<Step, { kind: 'tag' | 'untag' | 'note' }>> {
  return fc.record({
    kind: fc.constantFrom('tag', 'tag', 'untag', 'note'),
    wait,
    on: pick,
    tag: fc.constantFrom('vip', 'beta'),
  });
}

/** Takes back one of the merges there are. */
export function undoing(): fc.Arbitrary<Extract<Step, { kind: 'undo' }>> {
  return fc.record({ kind: fc.constant('undo' as const), wait, pick });
}

/** Merges by hand. */
export function merges(): fc.Arbitrary<Extract<Step, { kind: 'merge' }>> {
  return fc.record({
    kind: fc.constant('merge' as const),
    wait,
    source: pick,
    target: pick,
    byIdentifier: fc.boolean(),
    overrides: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: traits }),
    allowIdentified: fc.constantFrom(true, true, false),
    rehearse: fc.boolean(),
  });
}
