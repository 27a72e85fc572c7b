/** Copies a text, and says that it did. */
import { useEffect, useState } from 'react';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

/** How long it says so. */
const SAID_MS = 2_000;

/** @param what names the text in the label, e.g. `id`. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setSaid('Copied'))
      .catch(() => setSaid('The browser did not let it be copied'));
  return (
    <span className="inline-flex items-center">
      <IconButton label={`Copy ${what}`} onPress={() => void copy()}>
        <Icon name={said === 'Copied' ? 'check' : 'copy'} className={said === 'Copied' ? 'text-success' : ''} />
      </IconButton>
      <span role="status" className="sr-only">
        {said}
      </span>
    </span>
  );
}
