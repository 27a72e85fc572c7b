/** One line of what is known: its name and its value. */
import type { ReactNode } from 'react';
import { Nothing } from '../parts/nothing.tsx';

/** @param children null: not known. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-2 py-1">
      <dt className="text-muted">{name}</dt>
      <dd className="foreign">{children ?? <Nothing />}</dd>
    </div>
  );
}
