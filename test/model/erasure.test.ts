/** Whatever happened before: deleting one person takes away all of them, nothing of anybody else, and keeps them away. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Visitor } from '../../src/contract/visitor.ts';
import { toWire } from '../../src/ids.ts';
import { deleteVisitor, unsuppressErasure } from '../../src/services/erasure.ts';
import { setHold } from '../../src/services/legal-hold.ts';
import { listVisitors } from '../../src/services/visitor.ts';
import { rowsOf } from '../privacy/person.ts';
import { createWorld, type World } from '../support/world.ts';
import { type RecordName, storedUnder } from './history.ts';
import type { Twin } from './messages.ts';
import { Replay } from './replay.ts';
import { codeOf } from './replay-values.ts';
import { MODEL_STEPS, MODEL_TIMEOUT_MS, runs } from './runs.ts';
import { histories } from './steps.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('deletion', () => {
  it(
    'takes away one person whole, and nothing of anybody else',
    async () => {
      let [deleted, suppressed] = [0, 0];
      await fc.assert(
        fc.asyncProperty(histories(MODEL_STEPS), fc.nat({ max: 99 }), async (history, pick) => {
          const replay = await Replay.begin(world);
          for (const step of history) await replay.step(step);
          const record = replay.record(pick);
          if (!record) return;
          const group = replay.oracle.group(record);
          const { records } = await replay.compare();
          const theirs = records.filter(({ name }) => group.has(name)).map(({ id }) => id);
          const others = (await people(replay)).filter(
            ({ id }) => !theirs.some((each) => toWire('visitor', each) === id),
          );

          await deletedOnly(replay, record);
          deleted++;
          expect(await people(replay)).toEqual(others);
          const left = await rowsOf(world.db, theirs);
          expect(Object.keys(left).filter((table) => table !== 'merge')).toEqual([]);
          suppressed += await repeated(replay, group);
          expect(await people(replay)).toEqual(others);
        }),
        runs(0.5),
      );
      expect(deleted).toBeGreaterThan(0);
      expect(suppressed).toBeGreaterThan(deleted);
    },
    MODEL_TIMEOUT_MS,
  );
});

/** Held first, then released and deleted; only what is dated until then stays suppressed. */
async function deletedOnly(replay: Replay, record: RecordName): Promise<void> {
  const { ctx } = replay;
  const ref = replay.reference(record, true);
  await setHold(ctx, ref, true);
  expect(await codeOf(deleteVisitor(ctx, ref, {}))).toBe('legal_hold');
  await setHold(ctx, ref, false);
  const reply = await deleteVisitor(ctx, replay.reference(record, false), {});
  if (!('receipt' in reply)) throw new Error('It was not done at once.');
  expect(await codeOf(deleteVisitor(ctx, ref, {}))).toBe('not_found');
  await unsuppressErasure(ctx, reply.receipt.id);
}

/** Sends again whatever was sent. @returns how many were suppressed: exactly those stored under one of the group. */
async function repeated(replay: Replay, group: ReadonlySet<RecordName>): Promise<number> {
  // A heartbeat is no message, so it is stored again.
  const again = replay.sent.filter(({ message }) => message.action !== 'heartbeat');
  const expected = ({ message }: Twin) => (group.has(storedUnder(message)) ? 'suppressed' : 'duplicate');
  const results = await world.ingest.submit(
    replay.ctx,
    again.map(({ raw }) => raw),
  );
  expect(results.map(({ status }) => status)).toEqual(again.map(expected));
  return results.filter(({ status }) => status === 'suppressed').length;
}

async function people({ ctx }: Replay): Promise<readonly Visitor[]> {
  return (await listVisitors(ctx, { sort: 'firstSeenAt', limit: 100 })).items;
}
