/** The order of the list, where the columns' heads are not shown: on narrow screens. */
import { DEFAULT_SORT, type Sort } from './visitor-search.ts';

const CHOICES: readonly { readonly sort: Sort; readonly label: string }[] = [
  { sort: '-lastSeenAt', label: 'Last seen first' },
  { sort: '-firstSeenAt', label: 'Newest first' },
  { sort: 'firstSeenAt', label: 'Oldest first' },
  { sort: 'name', label: 'Name' },
  { sort: 'email', label: 'Email' },
  { sort: '-sessionCount', label: 'Most sessions' },
  { sort: '-eventCount', label: 'Most events' },
];

/** @param sort undefined: the usual one. */
export function SortChoice({ sort = DEFAULT_SORT, onChange }: SortChoiceProps) {
  return (
    <label className="flex items-center gap-2 md:hidden">
      <span className="sr-only">Order</span>
      <select
        className="select h-9 w-auto border-base-300 text-sm"
        value={sort}
        onChange={({ target }) => onChange(target.value === DEFAULT_SORT ? undefined : (target.value as Sort))}
      >
        {CHOICES.every((choice) => choice.sort !== sort) && <option value={sort}>Other order</option>}
        {CHOICES.map((choice) => (
          <option key={choice.sort} value={choice.sort}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface SortChoiceProps {
  readonly sort: Sort | undefined;
  readonly onChange: (sort: Sort | undefined) => void;
}
