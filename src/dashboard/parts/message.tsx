/** A word in place of what is not there: nothing yet, nothing found, no such page. */
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** @param level of its heading in the page. */
export function Message({ icon, heading, level: Level = 'h2', children }: MessageProps) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-3 px-4 py-14 text-center">
      <span className="flex size-11 items-center justify-center rounded-full bg-base-200 text-muted">
        <Icon name={icon} className="size-5" />
      </span>
      <Level className="text-base font-semibold">{heading}</Level>
      <div className="flex w-full flex-col items-center gap-4 text-muted">{children}</div>
    </div>
  );
}

interface MessageProps {
  readonly icon: IconName;
  readonly heading: string;
  readonly level?: 'h1' | 'h2' | 'h3';
  readonly children?: ReactNode;
}
