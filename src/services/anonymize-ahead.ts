/**
 * The bulk of anonymizing, before the locks that others wait for: a person may have done very much. Each chunk is a
 * transaction of its own; done again, it changes nothing more.
 */
import type { Context } from '../context.ts';
import type { Replaced } from '../contract/anonymize.ts';
import { lockPerson } from './anonymize-person.ts';
import { BEFORE_ALL, type Place, reduceChunk, type Texts } from './anonymize-rows.ts';
import { events, pageViews } from './anonymize-texts.ts';
import { identifyingValues } from './anonymize-values.ts';
import { scrubber } from './identifying-text.ts';
import { requireNoHold } from './legal-hold.ts';
import { inWork, type Work } from './work.ts';

/** How many rows changed before the last transaction. */
export type Ahead = Pick<Replaced, 'events' | 'pageViews'>;

/** Nothing was done. */
export const NOTHING_AHEAD: Ahead = { events: 0, pageViews: 0 };

/** Events and page views, by the values the person has now. @throws {NotFound} @throws {OnLegalHold} */
export async function reduceAhead(ctx: Context, ref: string): Promise<Ahead> {
  const { workspaceId } = ctx.caller;
  const { locked, kept } = await inWork(ctx, workspaceId, (work) => lockPerson(work, ref));
  const records = [...locked.keys()];
  const scrub = scrubber(identifyingValues(locked.values(), kept));
  return {
    events: await inChunks((work) => events(work, records, scrub, null)),
    pageViews: await inChunks((work) => pageViews(work, records, scrub, null)),
  };

  async function inChunks(textsOf: (work: Work) => Texts): Promise<number> {
    let changed = 0;
    for (let place: Place | null = BEFORE_ALL; place; ) {
      const after: Place = place;
      const chunk = await inWork(ctx, workspaceId, async (work) => {
        await requireNoHold(work, records);
        return reduceChunk(work, textsOf(work), after);
      });
      changed += chunk.changed;
      place = chunk.next;
    }
    return changed;
  }
}
