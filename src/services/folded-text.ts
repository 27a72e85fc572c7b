/**
 * Text as it is compared when identifying words are looked for: percent-encoding undone, case, accents and normal form
 * evened out, and for each character where it stood in the original. Knows nothing of what is looked for.
 */

/** `text` is folded; its code unit at `i` came from the original's code units `starts[i]` up to `ends[i]`. */
export interface FoldedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** How often text may have been percent-encoded and is still read. */
const MAX_LAYERS = 3;

/** Neither seen nor spoken: soft hyphens, joiners, marks of direction. */
const INVISIBLE = /^\p{Cf}$/u;
const MARK = /^\p{M}$/u;
const MARKS = /\p{M}+/gu;
const SPACES = /[\s+]/u;
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ς: 'σ',
};
/** The zeros of scripts with digits of their own that phones are written with. */
const ZEROS = [0x660, 0x6f0, 0x966];
const HEX = /^[0-9a-f]{2}$/i;

interface Points {
  readonly chars: string[];
  readonly starts: number[];
  readonly ends: number[];
}

/** A run of white space, or of `+` (white space in a query string), becomes one space. Linear in the text's length. */
export function foldedText(raw: string): FoldedText {
  const { chars, starts, ends } = decoded(raw);
  const folded: Points = { chars: [], starts: [], ends: [] };
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    const last = folded.chars.length - 1;
    if (char > '\x7f' && INVISIBLE.test(char)) continue;
    if (char > '\x7f' && MARK.test(char)) {
      // A mark belongs to its letter, and goes with it.
      if (last >= 0) folded.ends[last] = ends[i] as number;
      continue;
    }
    for (const unit of foldCharacter(char).split('')) {
      const space = SPACES.test(unit);
      if (space && folded.chars.at(-1) === ' ') folded.ends[folded.ends.length - 1] = ends[i] as number;
      else append(folded, space ? ' ' : unit, starts[i] as number, ends[i] as number);
    }
  }
  return { text: folded.chars.join(''), starts: folded.starts, ends: folded.ends };
}

function foldCharacter(char: string): string {
  if (char <= '\x7f') return char.toLowerCase();
  const code = char.codePointAt(0) as number;
  const zero = ZEROS.find((each) => code >= each && code < each + 10);
  if (zero !== undefined) return String(code - zero);
  const lower = char.normalize('NFKD').replace(MARKS, '').toLowerCase().normalize('NFKD').replace(MARKS, '');
  return LETTERS[lower] ?? lower;
}

function decoded(raw: string): Points {
  let points: Points = { chars: [], starts: [], ends: [] };
  let at = 0;
  for (const char of raw) {
    append(points, char, at, at + char.length);
    at += char.length;
  }
  if (!raw.includes('%')) return points;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next = decodeOnce(points);
    if (next.chars.length === points.chars.length) break;
    points = next;
  }
  return points;
}

/** Undoes one layer; bytes that are no UTF-8 stay as they are written. */
function decodeOnce(points: Points): Points {
  const out: Points = { chars: [], starts: [], ends: [] };
  for (let i = 0; i < points.chars.length; ) {
    const width = widthOf(byteAt(points, i));
    const char = width > 0 ? characterAt(points, i, width) : null;
    const taken = char === null ? 1 : width * 3;
    append(out, char ?? (points.chars[i] as string), points.starts[i] as number, points.ends[i + taken - 1] as number);
    i += taken;
  }
  return out;
}

function byteAt({ chars }: Points, at: number): number | null {
  if (chars[at] !== '%') return null;
  const digits = `${chars[at + 1] ?? ''}${chars[at + 2] ?? ''}`;
  return HEX.test(digits) ? Number.parseInt(digits, 16) : null;
}

/** Bytes in the UTF-8 character that begins with this one; 0 when none does. */
function widthOf(byte: number | null): number {
  if (byte === null || (byte >= 0x80 && byte < 0xc2) || byte > 0xf4) return 0;
  if (byte < 0x80) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

function characterAt(points: Points, at: number, width: number): string | null {
  const bytes: number[] = [];
  for (let i = 0; i < width; i++) {
    const byte = byteAt(points, at + i * 3);
    if (byte === null) return null;
    bytes.push(byte);
  }
  const char = Buffer.from(bytes).toString('utf8');
  return char.includes('\ufffd') ? null : char;
}

function append(points: Points, char: string, start: number, end: number): void {
  points.chars.push(char);
  points.starts.push(start);
  points.ends.push(end);
}
