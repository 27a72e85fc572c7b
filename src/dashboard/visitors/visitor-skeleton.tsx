/** Rows in the place of visitors that are on their way. */

const ROWS = 10;

/** @param columns the classes of the columns, in their order. */
export function VisitorSkeleton({ columns }: { readonly columns: readonly string[] }) {
  return Array.from({ length: ROWS }, (_, row) => row).map((row) => (
    <tr key={row} className="h-12">
      {columns.map((className) => (
        <td key={className} className={`px-3 ${className}`}>
          <div className="skeleton h-4 w-3/4" />
        </td>
      ))}
    </tr>
  ));
}
