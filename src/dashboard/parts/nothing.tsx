/** Stands where a value is not known. */

/** A dash, read out as a word. */
export function Nothing() {
  return (
    <span className="text-muted">
      <span aria-hidden="true">–</span>
      <span className="sr-only">unknown</span>
    </span>
  );
}
