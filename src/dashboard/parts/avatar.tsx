/** A picture of somebody, or their initials where there is none, or it does not load. */
import { useState } from 'react';
import { initials, webAddress } from './text.ts';

const SIZES = { small: 'size-7 text-[0.7rem]', large: 'size-14 text-lg' } as const;

/** Backgrounds that carry white or black letters; the same person has always the same one. */
const TONES = [
  'bg-[#e3e0ff] text-[#3a2fb8] dark:bg-[#322d63] dark:text-[#d2ceff]',
  'bg-[#d9f0e3] text-[#0c5c33] dark:bg-[#16402b] dark:text-[#b3ecca]',
  'bg-[#fde7cf] text-[#7a4300] dark:bg-[#4a3210] dark:text-[#ffdba6]',
  'bg-[#fbdde4] text-[#8c1d3d] dark:bg-[#4c1f2e] dark:text-[#ffc4d1]',
  'bg-[#d8ebfb] text-[#0b4a80] dark:bg-[#163752] dark:text-[#b9defc]',
] as const;

/** Beside a name: it is decoration. @param seed decides the colour. */
export function Avatar({ name, seed, url, size }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  // Without encryption others on the way would see whom an agent looks at; the page's policy refuses it, too.
  const source = url?.startsWith('https:') ? webAddress(url) : null;
  const shape = `${SIZES[size]} shrink-0 rounded-full`;
  if (source !== null && source !== broken) {
    return (
      <img
        src={source}
        alt=""
        loading="lazy"
        decoding="async"
        referrerPolicy="no-referrer"
        onError={() => setBroken(source)}
        className={`${shape} bg-base-300 object-cover`}
      />
    );
  }
  return (
    <span
      aria-hidden="true"
      className={`${shape} ${toneOf(seed)} inline-flex items-center justify-center overflow-hidden font-medium select-none`}
    >
      {initials(name)}
    </span>
  );
}

interface AvatarProps {
  readonly name: string;
  readonly seed: string;
  readonly url: string | null;
  readonly size: keyof typeof SIZES;
}

function toneOf(seed: string): string {
  const sum = [...seed].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return TONES[sum % TONES.length] ?? TONES[0];
}
