/** What a profile shows below its head, as the address says it. */
import type { EventType } from '../data/queries.ts';
import { oneOf } from '../data/url-state.ts';

/** The parts of a profile, in the order they stand. */
export const TABS = ['events', 'sessions', 'attributes', 'company', 'notes', 'merges'] as const;
export type Tab = (typeof TABS)[number];

/** Parameters of the address; without them, tracked events. */
interface ProfileSearch {
  readonly tab?: Tab;
  readonly type?: EventType;
}

/** The part that is shown when none was chosen. */
export const DEFAULT_TAB: Tab = 'events';
/** Events that are shown when nothing else was chosen. */
export const DEFAULT_EVENT_TYPE: EventType = 'all';

/** Reads the address. Every parameter is named: what it cannot mean, or is as usual, is undefined, and so left out. */
export function profileSearch(given: Readonly<Record<string, unknown>>): ProfileSearch {
  const tab = oneOf(TABS, given.tab);
  const type = oneOf(['track', 'page', 'all'] as const, given.type);
  return { tab: tab === DEFAULT_TAB ? undefined : tab, type: type === DEFAULT_EVENT_TYPE ? undefined : type };
}
