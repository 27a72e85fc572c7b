/** Random histories of a few ids, on the real services and on the naive model: after every step both say the same. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listVisitors } from '../../src/services/visitor.ts';
import { createWorld, type World } from '../support/world.ts';
import { Replay } from './replay.ts';
import { MODEL_RUNS, MODEL_STEPS, MODEL_TIMEOUT_MS, report, runs } from './runs.ts';
import { histories } from './steps.ts';

let world: World;
let steps = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('identity', () => {
  it(
    `is what the naive model says, after every step of ${MODEL_RUNS} histories`,
    async () => {
      await fc.assert(
        fc.asyncProperty(histories(MODEL_STEPS), async (history) => {
          const replay = await Replay.begin(world);
          for (const step of history) {
            await replay.step(step);
            steps++;
          }
          const { items, meta } = await listVisitors(replay.ctx, { sort: 'firstSeenAt', limit: 100 });
          expect([items.length, meta.total]).toEqual(Array(2).fill(replay.oracle.people().length));
        }),
        runs(),
      );
      report(`identity on ${world.db.kind}`, steps);
      expect(steps).toBeGreaterThan(MODEL_RUNS);
    },
    MODEL_TIMEOUT_MS,
  );
});
