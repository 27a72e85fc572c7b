/** Signs of life while somebody has the page before them, and what is to be done when they turn away. */
import type { Clock } from './clock.ts';
import { quietly } from './guard.ts';
import { listen, type Undo } from './listen.ts';

/** Between two signs of life. */
export const HEARTBEAT_MS = 15_000;

/** What is called, and when. */
export interface PresenceCalls {
  /** Every so often while the tab is visible, and when it becomes so. */
  beat(): void;
  /** The page is no longer seen, and may end without another word. */
  leave(): void;
  /** The network is back. */
  wake(): void;
}

/** Watches the page. @returns what ends it. */
export function watchPresence(page: Window, clock: Clock, { beat, leave, wake }: PresenceCalls): Undo {
  const { document } = page;
  const isVisible = () => document.visibilityState === 'visible';
  let cancel = () => {};
  const again = () => {
    cancel = clock.later(HEARTBEAT_MS, () => {
      again();
      if (isVisible()) beat();
    });
  };
  again();
  const undo = [
    listen(document, 'visibilitychange', () => (isVisible() ? beat() : leave())),
    listen(page, 'pagehide', leave),
    listen(page, 'online', wake),
  ];
  return () => {
    cancel();
    undo.forEach(quietly);
  };
}
