/** The file a page loads: takes over from the paste-in stub, replays what it kept, and starts when the tag has a key. */
import type { Call } from './call.ts';
import { quietly } from './guard.ts';
import type { Page } from './tracker.ts';
import { createWidget } from './widget.ts';

const NAME = 'TransactionalSupport';

interface Stub {
  q?: { push(call: Call): unknown; readonly length?: number; readonly [at: number]: Call };
  isLoaded?: true;
}

function takeOver(page: Page & { [NAME]?: Stub & ((...call: Call) => unknown) }): void {
  const stub = page[NAME];
  if (stub?.isLoaded) return;
  const { document } = page;
  const { currentScript } = document;
  // An image of that name stands in its place.
  const isOurs = currentScript instanceof page.HTMLScriptElement;
  const script = isOurs
    ? currentScript
    : document.querySelector<HTMLScriptElement>('script[data-key][src*="/widget.js"]');
  const take = createWidget(page, script ? script.src.replace(/\/[^/?]*(\?.*)?$/, '') : page.location.origin);
  page[NAME] = Object.assign((...call: Call) => take(call), { isLoaded: true as const });
  if (script?.dataset.key) take(['init', script.dataset]);
  if (!stub?.q) return;
  const kept = stub.q;
  for (let i = 0; i < (kept.length || 0); i++) take(kept[i] as Call);
  // Whoever holds on to the stub is heard too.
  stub.q = { push: take };
}

quietly(() => takeOver(window));
