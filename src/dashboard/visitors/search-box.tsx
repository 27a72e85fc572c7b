/** Searching by name or email: asks when the typing pauses or for Enter, and keeps the focus. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { Icon } from '../parts/icon.tsx';

/** A pause of this length ends a word. */
const PAUSE_MS = 250;

/** @param text as the address has it. @param onLeave called for the arrow down: the results want the focus. */
export function SearchBox({ text, input, onSearch, onLeave }: SearchBoxProps) {
  const [typed, setTyped] = useState(text);
  const known = useRef(text);
  const search = useRef(onSearch);
  search.current = onSearch;

  const ask = useCallback((words: string) => {
    const wanted = words.trim();
    if (wanted === known.current) return;
    known.current = wanted;
    search.current(wanted);
  }, []);

  // The address changed by itself: back, forward, a link.
  useEffect(() => {
    if (text === known.current) return;
    known.current = text;
    setTyped(text);
  }, [text]);
  useEffect(() => {
    if (typed.trim() === known.current) return undefined;
    const timer = setTimeout(() => ask(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, ask]);

  return (
    <SearchField
      aria-label="Search by name or email"
      value={typed}
      onChange={setTyped}
      onSubmit={ask}
      maxLength={320}
      className="group relative w-full sm:w-72"
    >
      <Icon name="search" className="pointer-events-none absolute start-2.5 top-2.5 z-10 text-muted" />
      <Input
        ref={input}
        placeholder="Name or email"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          onLeave();
        }}
        className="input h-9 w-full border-base-300 ps-8 pe-9 text-sm placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
      />
      <kbd className="kbd kbd-sm pointer-events-none absolute end-2 top-2 text-muted group-focus-within:hidden sm:group-data-[empty]:block hidden">
        /
      </kbd>
      <Button
        aria-label="Clear the search"
        className="absolute end-1 top-1 flex size-7 cursor-pointer items-center justify-center rounded-field text-muted hover:text-base-content group-data-[empty]:hidden"
      >
        <Icon name="close" />
      </Button>
    </SearchField>
  );
}

interface SearchBoxProps {
  readonly text: string;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onSearch: (text: string) => void;
  readonly onLeave: () => void;
}
