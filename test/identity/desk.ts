/** A workspace as these tests speak of it: send items, read people, merge and take back. */
import { Ingest, type ItemResult } from '../../src/ingest/pipeline.ts';
import { createLog } from '../../src/log.ts';
import { listEvents } from '../../src/services/event.ts';
import { mergeVisitors } from '../../src/services/merge.ts';
import { listMerges } from '../../src/services/merge-list.ts';
import { listSessions } from '../../src/services/session.ts';
import { dismissSuggestion, listSuggestions } from '../../src/services/suggestion.ts';
import { undoMerge } from '../../src/services/unmerge.ts';
import { getVisitor, listVisitors } from '../../src/services/visitor.ts';
import { editVisitor } from '../../src/services/visitor-edit.ts';
import type { TestWorkspace, World } from '../support/world.ts';

type Raw = Readonly<Record<string, unknown>>;
type MergeWishes = Omit<Parameters<typeof mergeVisitors>[1], 'sourceVisitorId' | 'targetVisitorId'>;
type Edit = Parameters<typeof editVisitor>[2];

/** Verbs and questions of one fresh workspace. */
export type Desk = Awaited<ReturnType<typeof openDesk>>;

/** A workspace of the test's own. */
export async function openDesk(world: World) {
  const ctx: TestWorkspace = await world.workspace();
  let commits = 0;
  const ingest = new Ingest({
    ...{ db: world.db, clock: world.clock, ids: world.ids, log: createLog('silent') },
    onCommitted: () => void commits++,
  });
  const everything = { limit: 100 } as const;

  /** One batch; fails the test when an item was not accepted. */
  async function send(...items: readonly Raw[]): Promise<ItemResult[]> {
    const results = await ingest.submit(ctx, items);
    const refused = results.filter(({ status }) => status !== 'accepted');
    if (refused.length > 0) throw new Error(`Not accepted: ${JSON.stringify(refused)}`);
    return results;
  }

  return {
    ctx,
    /** Commits of ingestion so far: a batch takes one, unless it had to be halved. */
    commits: () => commits,
    send,
    submit: (...items: readonly Raw[]) => ingest.submit(ctx, items),
    track: (who: Raw, name = 'clicked', more: Raw = {}) => send({ type: 'track', name, ...who, ...more }),
    identify: (userId: string, anonymousId?: string, traits: Raw = {}, more: Raw = {}) =>
      send({ type: 'identify', userId, ...(anonymousId !== undefined && { anonymousId }), traits, ...more }),
    update: (who: Raw, traits: Raw, more: Raw = {}) => send({ type: 'update', ...who, traits, ...more }),
    alias: (previousId: string, userId: string) => send({ type: 'alias', previousId, userId }),
    visitor: async (ref: string) => (await getVisitor(ctx, ref)).visitor,
    reply: (ref: string) => getVisitor(ctx, ref),
    id: async (ref: string) => (await getVisitor(ctx, ref)).visitor.id,
    visitors: async () => (await listVisitors(ctx, { sort: 'firstSeenAt', ...everything })).items,
    edit: (ref: string, edit: Edit) => editVisitor(ctx, ref, edit),
    merge: (source: string, target: string, wishes: MergeWishes = {}) =>
      mergeVisitors(ctx, { sourceVisitorId: source, targetVisitorId: target, ...wishes }),
    undo: (mergeId: string | null) => undoMerge(ctx, mergeId ?? 'none'),
    merges: async (ref: string) => (await listMerges(ctx, ref, everything)).items,
    events: async (ref: string) => (await listEvents(ctx, ref, { type: 'all', ...everything })).items,
    eventNames: async (ref: string) => (await listEvents(ctx, ref, { type: 'track', ...everything })).items.map(nameOf),
    sessions: async (ref: string) => (await listSessions(ctx, ref, everything)).items,
    suggestions: async () => (await listSuggestions(ctx, everything)).items,
    reasons: async () => (await listSuggestions(ctx, everything)).items.map(({ reason }) => reason),
    dismiss: (id: string) => dismissSuggestion(ctx, id),
  };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
