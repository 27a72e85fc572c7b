/** Facts that belong together, under a heading. */
import type { ReactNode } from 'react';

/** @param children facts. */
export function FactGroup({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <section className="px-4 py-3">
      <h2 className="mb-1 text-xs font-semibold text-muted">{heading}</h2>
      <dl>{children}</dl>
    </section>
  );
}
