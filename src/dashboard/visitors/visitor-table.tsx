/** The list itself: columns that sort, rows that are links. */
import type { RefObject } from 'react';
import type { Visitor } from '../../../sdk/index.ts';
import { SortHead } from './sort-head.tsx';
import { VisitorRow } from './visitor-row.tsx';
import type { SortField, VisitorSearch } from './visitor-search.ts';
import { VisitorSkeleton } from './visitor-skeleton.tsx';

interface Column {
  readonly label: string;
  readonly field?: SortField;
  /** When it is shown, and how it stands. */
  readonly className: string;
}

const COLUMNS: readonly Column[] = [
  { label: 'Name', field: 'name', className: 'w-full text-start sm:w-[30%]' },
  { label: 'Email', field: 'email', className: 'hidden sm:table-cell w-[26%] text-start' },
  { label: 'Company', className: 'hidden lg:table-cell w-[14%] text-start' },
  { label: 'Last seen', field: 'lastSeenAt', className: 'w-32 text-start' },
  { label: 'Sessions', field: 'sessionCount', className: 'hidden md:table-cell w-24 text-end' },
  { label: 'Events', field: 'eventCount', className: 'hidden md:table-cell w-20 text-end' },
  { label: 'First seen', field: 'firstSeenAt', className: 'hidden xl:table-cell w-32 text-start' },
];

/** @param visitors undefined: they are on their way. */
export function VisitorTable({ table, visitors, search }: VisitorTableProps) {
  return (
    <div className="panel overflow-hidden">
      <table ref={table} className="w-full table-fixed border-collapse">
        <caption className="sr-only">Visitors</caption>
        <thead className="border-b border-line bg-base-200">
          <tr>
            {COLUMNS.map((column) => (
              <SortHead key={column.label} {...column} search={search} />
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {visitors ? (
            visitors.map((visitor) => <VisitorRow key={visitor.id} visitor={visitor} />)
          ) : (
            <VisitorSkeleton columns={COLUMNS.map(({ className }) => className)} />
          )}
        </tbody>
      </table>
    </div>
  );
}

interface VisitorTableProps {
  readonly table: RefObject<HTMLTableElement | null>;
  readonly visitors: readonly Visitor[] | undefined;
  readonly search: VisitorSearch;
}
