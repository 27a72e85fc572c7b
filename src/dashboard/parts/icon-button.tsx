/** A button that shows a sign only; its label is read out, and shown on hover. */
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';

/** @param label what it does. */
export function IconButton({ label, onPress, className = '', children }: IconButtonProps) {
  return (
    <span title={label} className="inline-flex">
      <Button
        aria-label={label}
        onPress={onPress}
        className={`inline-flex size-7 cursor-pointer items-center justify-center rounded-field text-muted hover:bg-base-300/60 hover:text-base-content ${className}`}
      >
        {children}
      </Button>
    </span>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly onPress: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}
