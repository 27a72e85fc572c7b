/** The file a page loads: takes over from the paste-in stub, replays what it kept, and starts when the tag has a key. */
import { quietly } from './guard.ts';
import type { Page } from './tracker.ts';
import { type Call, createWidget } from './widget.ts';

const NAME = 'TransactionalSupport';

interface Stub {
  q?: { push(call: Call): unknown; readonly length?: number; readonly [at: number]: Call };
  isLoaded?: true;
}

function takeOver(page: Page & { [NAME]?: Stub & ((...call: Call) => void) }): void {
  const stub = page[NAME];
  if (stub?.isLoaded) return;
  const { document } = page;
  const script = (document.currentScript || document.querySelector('script[data-key][src*="/widget.js"]')) as
    | (HTMLScriptElement & HTMLElement)
    | null;
  const take = createWidget(page, script ? script.src.replace(/\/[^/?]*(\?.*)?$/, '') : page.location.origin);
  page[NAME] = Object.assign((...call: Call) => take(call), { isLoaded: true as const });
  const { key, host, consent } = script ? script.dataset : ({} as DOMStringMap);
  if (key) take(['init', { key, host, consent }]);
  const kept = stub?.q;
  if (!stub || !kept) return;
  for (let i = 0; i < (kept.length || 0); i++) take(kept[i] as Call);
  // Whoever holds on to the stub is heard too.
  stub.q = { push: take };
}

quietly(() => takeOver(window));
