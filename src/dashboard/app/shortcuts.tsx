/** Single keys that do something, unless somebody is typing, or switched them off. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { chooseShortcuts, readShortcuts } from './preferences.ts';

interface Switch {
  readonly isOn: boolean;
  /** Switches them on or off, and remembers it. */
  turn(isOn: boolean): void;
}

const Shortcuts = createContext<Switch>({ isOn: true, turn: () => undefined });

/** Whatever is inside has single keys. */
export function ShortcutSwitch({ children }: { readonly children: ReactNode }) {
  const [isOn, setOn] = useState(readShortcuts);
  const value = useMemo(() => {
    const turn = (next: boolean) => {
      chooseShortcuts(next);
      setOn(next);
    };
    return { isOn, turn };
  }, [isOn]);
  return <Shortcuts value={value}>{children}</Shortcuts>;
}

/** Whether they are on, and how to change that. */
export function useShortcutSwitch(): Switch {
  return useContext(Shortcuts);
}

/** What a key does; answer false to leave the key to the browser. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => boolean | undefined>>;

/** Listens for keys, by `event.key`, while the component is shown. @param keys made anew only when it changes. */
export function useShortcuts(keys: Keys): void {
  const { isOn } = useShortcutSwitch();
  useEffect(() => {
    if (!isOn) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
      if (!act || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      if (act(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [keys, isOn]);
}

/** Typing, choosing from a menu, or in a dialog. */
function isTaken({ target }: KeyboardEvent): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable], [role=menu], [role=dialog], [role=listbox]') !== null
  );
}
