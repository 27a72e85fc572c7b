/** A line that opens to show more. */
import type { ReactNode } from 'react';
import { Button, Disclosure, DisclosurePanel } from 'react-aria-components';
import { Icon } from './icon.tsx';

/** @param summary the line; nothing in it may be pressed by itself. @param children made when it is opened. */
export function Expandable({ summary, children, isOpenAtFirst = false }: ExpandableProps) {
  return (
    <Disclosure defaultExpanded={isOpenAtFirst} className="group">
      {({ isExpanded }) => (
        <>
          <Button
            slot="trigger"
            className="flex min-h-11 w-full cursor-pointer items-center gap-3 px-3 py-2 text-start -outline-offset-2 hover:bg-base-200"
          >
            <Icon name="next" className="text-muted transition-transform group-data-[expanded]:rotate-90" />
            <span className="min-w-0 flex-1">{summary}</span>
          </Button>
          <DisclosurePanel>{isExpanded && <div className="px-3 ps-10 pb-4">{children}</div>}</DisclosurePanel>
        </>
      )}
    </Disclosure>
  );
}

interface ExpandableProps {
  readonly summary: ReactNode;
  readonly children: ReactNode;
  readonly isOpenAtFirst?: boolean;
}
