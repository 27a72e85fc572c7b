/** Moving from row to row with the keyboard: j and k anywhere, arrows on a row. */
import { type RefObject, useMemo } from 'react';
import { type Keys, useShortcuts } from '../app/shortcuts.tsx';

/** @param table its rows' links are marked `data-row`. */
export function useRowKeys(table: RefObject<HTMLTableElement | null>): void {
  const keys = useMemo((): Keys => {
    const rows = () => [...(table.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const move = (step: 1 | -1, needsRow: boolean) => {
      const all = rows();
      const at = all.indexOf(document.activeElement as HTMLElement);
      if (needsRow && at === -1) return false;
      const next = all[at === -1 && step === -1 ? all.length - 1 : at + step];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
      return true;
    };
    return {
      j: () => move(1, false),
      k: () => move(-1, false),
      ArrowDown: () => move(1, true),
      ArrowUp: () => move(-1, true),
    };
  }, [table]);
  useShortcuts(keys);
}
