/** Attributes by name, each shown as what it is. Many of them can be narrowed down. */
import { useState } from 'react';
import { Input, SearchField } from 'react-aria-components';
import { CopyButton } from '../parts/copy-button.tsx';
import { Message } from '../parts/message.tsx';
import { counted } from '../parts/text.ts';
import { Value } from '../parts/value.tsx';

/** More than these want narrowing down. */
const MANY = 12;

/** @param hint where they come from: shown when there are none. */
export function AttributeList({ attributes, hint }: AttributeListProps) {
  const [part, setPart] = useState('');
  const entries = Object.entries(attributes).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  if (entries.length === 0) {
    return (
      <Message icon="page" heading="No attributes">
        <p>{hint}</p>
      </Message>
    );
  }
  const wanted = part.trim().toLowerCase();
  const shown = entries.filter(([name]) => name.toLowerCase().includes(wanted));
  return (
    <>
      {entries.length > MANY && (
        <div className="flex items-center gap-3 pt-4">
          <SearchField aria-label="Narrow down by name" value={part} onChange={setPart} className="w-60">
            <Input
              placeholder="Name of an attribute"
              className="input h-9 w-full border-base-300 text-sm placeholder:text-muted"
            />
          </SearchField>
          <p role="status" className="text-xs text-muted">
            {counted(shown.length, 'attribute')}
          </p>
        </div>
      )}
      <dl className="mt-2 divide-y divide-line">
        {shown.map(([name, value]) => (
          <div
            key={name}
            className="group grid gap-x-4 gap-y-0.5 px-1 py-1.5 sm:grid-cols-[minmax(8rem,14rem)_minmax(0,1fr)]"
          >
            <dt className="foreign py-1 font-mono text-xs leading-5 text-muted">{name}</dt>
            <dd className="flex min-w-0 items-start justify-between gap-2">
              <div className="min-w-0 py-1">
                <Value value={value} />
              </div>
              <CopyButton text={typeof value === 'string' ? value : JSON.stringify(value)} what={name} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface AttributeListProps {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly hint: string;
}
