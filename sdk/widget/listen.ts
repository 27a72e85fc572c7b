/** Listening to the page without ever failing in it. */

import { quietly } from './guard.ts';

/** Takes something back. */
export type Undo = () => void;

/** Calls on every such event; what it throws stays here. */
export function listen(target: EventTarget, name: string, call: (event: Event) => unknown): Undo {
  const guarded = (event: Event) => {
    quietly(() => call(event));
  };
  target.addEventListener(name, guarded);
  return () => target.removeEventListener(name, guarded);
}
