/** Retention while people write, are merged and separated again: nothing is miscounted, nothing hangs, nothing is lost. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mergeVisitors } from '../../src/services/merge.ts';
import { updateRetention } from '../../src/services/retention.ts';
import { enforceRetention } from '../../src/services/retention-run.ts';
import { undoMerge } from '../../src/services/unmerge.ts';
import { createWorld, type World } from '../support/world.ts';
import { miscounted } from './counts.ts';

const NOW = '2026-01-15T10:00:00.000Z';
const OLD = '2025-12-01T10:00:00.000Z';
const PEOPLE = 8;
const ROUNDS = 12;

let world: World;
beforeAll(async () => {
  world = await createWorld();
  world.clock.set(NOW);
});
afterAll(() => world.close());

it('keeps every count right while tracks, merges and un-merges go on', async () => {
  const workspace = await world.workspace();
  const { workspaceId } = workspace.caller;
  // The caller of these items does not know of the change yet, so old ones still come in.
  const items = (round: number) =>
    Array.from({ length: 120 }, (_, i) => {
      const who = i % 3 === 0 ? { anonymousId: `a${i % PEOPLE}` } : { userId: `u${i % PEOPLE}` };
      const timestamp = i % 4 === 0 ? NOW : OLD;
      const sessionId = `s${round % 3}`;
      if (i % 5 === 0) return { type: 'session', action: 'start', ...who, sessionId, timestamp };
      if (i % 2 === 0) return { type: 'page', url: '/', ...who, sessionId, timestamp };
      return { type: 'track', name: 'n', ...who, ...(i % 7 === 0 && { sessionId }), timestamp };
    });
  await world.ingest.submit(workspace, items(0));
  await updateRetention(workspace, { dryRun: false, events: 30, pageViews: 30, sessions: 30 });
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round + 1);

  async function track(): Promise<string[]> {
    const statuses: string[] = [];
    for (const round of rounds) {
      const results = await world.ingest.submit(workspace, items(round));
      statuses.push(...results.map(({ status }) => status));
    }
    return statuses;
  }
  async function remerge(): Promise<void> {
    for (const round of rounds) {
      const [source, target] = [round % PEOPLE, (round + 3) % PEOPLE];
      const { merge } = await mergeVisitors(workspace, {
        sourceVisitorId: `user:u${source}`,
        targetVisitorId: `user:u${target}`,
        allowIdentified: true,
        dryRun: false,
      });
      if (merge.id) await undoMerge(workspace, merge.id);
    }
  }
  async function thinOut(): Promise<number> {
    let gone = 0;
    for (const _round of rounds) {
      const counts = await enforceRetention(world, { workspaceId, signal: new AbortController().signal });
      gone += counts.events + counts.pageViews + counts.sessions;
    }
    return gone;
  }

  const [statuses, , gone] = await Promise.all([track(), remerge(), thinOut(), thinOut()]);
  expect(new Set(statuses)).toEqual(new Set(['accepted']));
  expect(gone).toBeGreaterThan(0);
  expect(await miscounted(workspace)).toEqual([]);
  await thinOut();
  expect(await miscounted(workspace)).toEqual([]);
  expect((await updateRetention(workspace, { dryRun: true })).wouldDelete).toEqual({
    events: 0,
    pageViews: 0,
    sessions: 0,
    conversations: 0,
    visitors: 0,
  });
});
