/** The same messages end in the same people, whatever their order, repetition and batches. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { storedFacts } from './compare.ts';
import { Replay } from './replay.ts';
import { MODEL_TIMEOUT_MS, runs } from './runs.ts';
import { type Draft, drafts } from './steps.ts';
import type { Store } from './store.ts';

const USERS = 3;
const ANONYMOUS = 4;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** How the messages arrive: their order by these keys, some of them again, and batches of these sizes. */
interface Arrival {
  readonly keys: readonly number[];
  readonly again: readonly number[];
  readonly sizes: readonly number[];
}

const arrival: fc.Arbitrary<Arrival> = fc.record({
  keys: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
  again: fc.array(fc.nat({ max: 99 }), { maxLength: 6 }),
  sizes: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 }),
});

/** Nobody's anonymousId is claimed by two users, and nobody is named by an id that only one order makes. */
function undisputed(draft: Draft): Draft {
  const { visitor: _visitor, ...who } = draft.who;
  const anonymous = who.anonymous ?? draft.previous;
  if (draft.type === 'alias') {
    return { ...draft, who: { user: draft.previous % USERS }, previousIsUser: false };
  }
  if (draft.type === 'identify' && (who.user === undefined || who.anonymous !== undefined)) {
    return { ...draft, who: { user: anonymous % USERS, anonymous } };
  }
  return { ...draft, who: who.user === undefined ? { anonymous } : who };
}

/** Sends every message at least once; the clock stands still, so all arrive at the same moment. */
async function arrive(messages: readonly Draft[], { keys, again, sizes }: Arrival): Promise<Store> {
  const replay = await Replay.begin(world);
  const twins = messages.map((draft) => replay.twin(draft));
  const repeated = again.flatMap((pick) => twins[pick % twins.length] ?? []);
  const queue = [...twins, ...repeated]
    .map((each, i) => ({ each, key: keys[i % keys.length] ?? 0 }))
    .sort((left, right) => left.key - right.key)
    .map(({ each }) => each);
  for (let batch = 0; queue.length > 0; batch++) {
    await replay.sendTwins(queue.splice(0, sizes[batch % sizes.length]));
  }
  return replay.compare();
}

/** People by all ids they go by, without those that depend on who came first. */
function people(store: Store) {
  const { people: byId, records, history, visits } = storedFacts(store);
  const groups = new Map<string, string[]>();
  for (const [name, { survivor }] of Object.entries(records as Record<string, { survivor: string }>)) {
    groups.set(survivor, [...(groups.get(survivor) ?? []), name]);
  }
  const found = Object.entries(byId as Record<string, { mergedFrom: unknown }>).map(([id, visitor]) => {
    const { mergedFrom: _mergedFrom, ...values } = visitor;
    return [groups.get(id)?.sort().join(' '), values] as const;
  });
  return { people: found.sort(([left = ''], [right = '']) => (left < right ? -1 : 1)), history, visits };
}

describe('the same messages', () => {
  it(
    'end in the same people, whatever their order, repetition and batches',
    async () => {
      const messages = fc.array(drafts(USERS, ANONYMOUS).map(undisputed), { minLength: 2, maxLength: 20, size: 'max' });
      await fc.assert(
        fc.asyncProperty(messages, arrival, arrival, async (sent, one, other) => {
          expect(people(await arrive(sent, one))).toEqual(people(await arrive(sent, other)));
        }),
        runs(0.1),
      );
    },
    MODEL_TIMEOUT_MS,
  );
});
