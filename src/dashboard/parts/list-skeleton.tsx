/** Lines in the place of a list that is on its way. */

/** @param what is on its way, for screen readers. */
export function ListSkeleton({ what, lines = 6 }: { readonly what: string; readonly lines?: number }) {
  return (
    <div className="divide-y divide-line">
      <p role="status" className="sr-only">
        Loading {what} …
      </p>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <div key={line} aria-hidden="true" className="flex h-12 items-center gap-3 px-3">
          <div className="skeleton size-4 rounded-full" />
          <div className="skeleton h-3.5 w-1/3" />
          <div className="skeleton ms-auto h-3.5 w-16" />
        </div>
      ))}
    </div>
  );
}
