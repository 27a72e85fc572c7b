/** The few signs the dashboard uses, drawn in place: 16 units, strokes in the colour of the text. */
import type { ReactNode } from 'react';

const SHAPES = {
  alert: (
    <path d="M8 5.5v3m0 2.5v.01M7 2.6 1.7 12a1.1 1.1 0 0 0 1 1.7h10.6a1.1 1.1 0 0 0 1-1.7L9 2.6a1.15 1.15 0 0 0-2 0Z" />
  ),
  back: <path d="M10 3.5 5.5 8l4.5 4.5" />,
  book: (
    <path d="M8 4.2C6.8 3.2 5 2.8 2.5 2.8v9.4c2.5 0 4.3.4 5.5 1.4 1.2-1 3-1.4 5.5-1.4V2.8C11 2.8 9.2 3.2 8 4.2Zm0 0v9.4" />
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  close: <path d="m4 4 8 8m0-8-8 8" />,
  company: <path d="M3 13.5v-11h6v11m0-7h4v7m-11 0h12M5.2 5.5h1.6M5.2 8h1.6m-1.6 2.5h1.6" />,
  copy: <path d="M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z" />,
  down: <path d="m4 6.5 4 4 4-4" />,
  event: <path d="M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z" />,
  merge: <path d="M4 2.5v3.2c0 1.5 4 2.3 4 4.3v3.5M12 2.5v3.2c0 1.5-4 2.3-4 4.3" />,
  next: <path d="M6 3.5 10.5 8 6 12.5" />,
  open: <path d="M9.5 2.5h4v4m0-4L7.5 8.5M6.5 3.5h-4v10h10v-4" />,
  page: <path d="M3.5 1.8h6l3 3v9.4h-9zm6 0v3h3" />,
  people: (
    <path d="M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-4.5 6c0-2.5 1.8-4 4.5-4s4.5 1.5 4.5 4m0-10.8a2.5 2.5 0 0 1 0 4.6m1.7 2.5c1.5.6 2.3 1.9 2.3 3.7" />
  ),
  search: <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14" />,
  updown: <path d="m5 6 3-3 3 3m-6 4 3 3 3-3" />,
  visit: <path d="M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4Zm0-9.7V8l2.5 1.5" />,
} as const satisfies Record<string, ReactNode>;

/** A sign's name. */
export type IconName = keyof typeof SHAPES;

/** A sign beside a text that says the same: hidden from screen readers. */
export function Icon({ name, className = '' }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={`size-4 shrink-0 fill-none stroke-current [stroke-linecap:round] [stroke-linejoin:round] [stroke-width:1.4] ${className}`}
    >
      {SHAPES[name]}
    </svg>
  );
}
