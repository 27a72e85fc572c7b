/** A word that marks something: a tag, a state. */
import type { ReactNode } from 'react';

const TONES = {
  plain: 'border-line bg-base-200 text-base-content',
  tint: 'border-transparent bg-tint text-tint-content',
  good: 'border-success/40 text-success',
} as const;

/** @param title explains the word on hover. */
export function Badge({ tone = 'plain', title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={`foreign inline-flex max-w-48 items-center gap-1 rounded-selector border px-1.5 py-px text-xs leading-5 font-medium ${TONES[tone]}`}
    >
      <span className="truncate">{children}</span>
    </span>
  );
}

interface BadgeProps {
  readonly tone?: keyof typeof TONES;
  readonly title?: string;
  readonly children: ReactNode;
}
