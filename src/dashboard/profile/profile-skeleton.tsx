/** Stands where the head of a profile will be. */

/** Grey shapes, announced as loading. */
export function ProfileSkeleton() {
  return (
    <div className="flex items-start gap-4">
      <p role="status" className="sr-only">
        Loading the visitor …
      </p>
      <h1 className="sr-only">Visitor</h1>
      <div aria-hidden="true" className="skeleton size-14 rounded-full" />
      <div aria-hidden="true" className="flex-1 space-y-2">
        <div className="skeleton h-6 w-48" />
        <div className="skeleton h-4 w-64" />
        <div className="skeleton h-5 w-40" />
      </div>
    </div>
  );
}
