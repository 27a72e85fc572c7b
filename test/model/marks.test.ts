/** Tags and notes through merges and their undoing, in any order: whose they are is what the naive model says. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { Replay } from './replay.ts';
import { MODEL_TIMEOUT_MS, runs } from './runs.ts';
import { drafts, marks, merges, undoing } from './steps.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

it(
  'tags and notes are where they belong after every step',
  async () => {
    let taken = 0;
    const people = fc.array(drafts(2, 2), { minLength: 4, maxLength: 8, size: 'max' });
    const step = fc.oneof(
      { weight: 4, arbitrary: marks() },
      { weight: 2, arbitrary: merges().map((merge) => ({ ...merge, allowIdentified: true })) },
      { weight: 1, arbitrary: undoing() },
    );
    const steps = fc.array(step, { minLength: 8, maxLength: 20, size: 'max' });
    await fc.assert(
      fc.asyncProperty(people, steps, async (sent, history) => {
        const replay = await Replay.begin(world);
        await replay.send(sent);
        for (const each of history) {
          const before = replay.oracle.taggings.length;
          await replay.step(each);
          if (replay.oracle.taggings.length < before - 1) taken++;
        }
      }),
      runs(0.3),
    );
    // Tags that several records of a person had went from all of them.
    expect(taken).toBeGreaterThan(0);
  },
  MODEL_TIMEOUT_MS,
);
