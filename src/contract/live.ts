/** What is told to those who watch: payloads as they are answered, and the news they are made from. */
import type { Uuid, VisitorId } from '../ids.ts';
import type { Event } from './event.ts';

/** What a watched visitor does. */
export interface ActivityPayload {
  /** Counts the payloads of one subscription, from 1. */
  readonly sequence: number;
  /** True: the newest activities, newest first, in place of all that was told. False: new ones, in commit order. */
  readonly snapshot: boolean;
  /** The survivor. */
  readonly visitorId: VisitorId;
  readonly activities: readonly Event[];
}

/** Something committed in a workspace. */
export type News =
  | { readonly kind: 'activity'; readonly activities: readonly { readonly survivorId: Uuid; readonly event: Event }[] }
  /** Visitors were merged or separated: whoever watches one looks again who answers for it. */
  | { readonly kind: 'relinked' };
