/** Merging and taking it back leaves everybody as they were, one merge or many, in any order. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../src/contract/page.ts';
import { listVisitorConversations } from '../../src/services/conversation.ts';
import { listEvents } from '../../src/services/event.ts';
import { listSessions } from '../../src/services/session.ts';
import { listVisitors } from '../../src/services/visitor.ts';
import { createWorld, type World } from '../support/world.ts';
import { Replay } from './replay.ts';
import { MODEL_TIMEOUT_MS, runs } from './runs.ts';
import { drafts, histories, merges } from './steps.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Everything anybody can read about everybody at this moment, but the list of merges. */
async function everything({ ctx }: Replay) {
  const visitors = (await listVisitors(ctx, { sort: 'firstSeenAt', limit: 100 })).items;
  const lists = [];
  for (const { id } of visitors) {
    const events = await listEvents(ctx, id, { type: 'all', limit: 100 });
    const sessions = await listSessions(ctx, id, { limit: 100 });
    const talks = await listVisitorConversations(ctx, id, { limit: 100 });
    lists.push({ id, events: shown(events), sessions: shown(sessions), talks: shown(talks) });
  }
  return { visitors, lists };
}

/** What a page shows: it also makes cursors, by a function that equals no other. */
function shown<Item>({ items, meta }: Page<Item>) {
  return { items, meta };
}

/** Merges that name no company anew: what a company is called is no matter of who was merged, and stays. */
const undoable = merges().map((merge) => {
  const { company, ...others } = merge.overrides;
  const overrides =
    typeof company === 'object' && company ? { ...others, company: { id: company.id } } : merge.overrides;
  return { ...merge, wait: 0, allowIdentified: true, overrides };
});

describe('a merge that is undone', () => {
  it(
    'leaves every profile, session, event and conversation as it was',
    async () => {
      let undone = 0;
      await fc.assert(
        fc.asyncProperty(histories(5), undoable, async (history, merge) => {
          const replay = await Replay.begin(world);
          for (const step of history) await replay.step(step);
          const before = await everything(replay);
          const links = replay.oracle.links.length;
          await replay.step(merge);
          if (replay.oracle.links.length === links) return;
          await replay.step({ kind: 'undo', pick: links, wait: 0 });
          expect(await everything(replay)).toEqual(before);
          undone++;
        }),
        runs(0.1),
      );
      expect(undone).toBeGreaterThan(0);
    },
    MODEL_TIMEOUT_MS,
  );
});

describe('chains of merges', () => {
  it(
    'come apart in any order, and leave nothing behind',
    async () => {
      const messages = fc.array(drafts(3, 4), { minLength: 4, maxLength: 10, size: 'max' });
      const chain = fc.array(undoable, { minLength: 2, maxLength: 6, size: 'max' });
      await fc.assert(
        fc.asyncProperty(messages, chain, fc.array(fc.nat()), async (sent, chained, order) => {
          const replay = await Replay.begin(world);
          await replay.send(sent);
          const before = await everything(replay);
          const first = replay.oracle.links.length;
          for (const merge of chained) await replay.step(merge);
          const open = replay.oracle.links.slice(first).map((_link, i) => first + i);
          for (let i = 0; open.length > 0; i++) {
            const [pick = 0] = open.splice((order[i] ?? 0) % open.length, 1);
            await replay.step({ kind: 'undo', pick, wait: 0 });
          }
          expect(await everything(replay)).toEqual(before);
        }),
        runs(0.1),
      );
    },
    MODEL_TIMEOUT_MS,
  );
});
