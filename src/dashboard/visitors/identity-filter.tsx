/** All, identified or anonymous visitors: the first of the filters. */
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Identity } from './visitor-search.ts';

const CHOICES = [
  { id: 'all', label: 'All' },
  { id: 'identified', label: 'Identified' },
  { id: 'anonymous', label: 'Anonymous' },
] as const;

/** @param identity undefined: all. */
export function IdentityFilter({ identity, onChange }: IdentityFilterProps) {
  return (
    <ToggleButtonGroup
      aria-label="Who is listed"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[identity ?? 'all']}
      onSelectionChange={(keys) => {
        const [chosen] = [...keys] as (Identity | 'all')[];
        onChange(chosen === 'all' ? undefined : chosen);
      }}
      className="flex rounded-field border border-base-300 p-0.5"
    >
      {CHOICES.map(({ id, label }) => (
        <ToggleButton
          key={id}
          id={id}
          className="h-8 cursor-pointer rounded-[0.4rem] px-2.5 text-muted hover:text-base-content data-[selected]:bg-tint data-[selected]:font-medium data-[selected]:text-tint-content"
        >
          {label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

interface IdentityFilterProps {
  readonly identity: Identity | undefined;
  readonly onChange: (identity: Identity | undefined) => void;
}
