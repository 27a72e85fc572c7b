/** Texts as people see them: numbers, durations, and names that would otherwise show nothing. */

const COUNT = new Intl.NumberFormat('en');

/** `1,234`. */
export function countText(count: number): string {
  return COUNT.format(count);
}

/** `1 session`, `2 sessions`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `45 s`, `3 min`, `1 h 5 min`. @param seconds whole. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** Whether anything of it is to be seen: spaces, controls and marks of direction alone are not. */
export function isVisible(text: string): boolean {
  return /[^\s\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);
}

/** A text of which nothing is to be seen, letter by letter: `"\\u200b"`. */
export function spelled(text: string): string {
  const letters = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'));
  return `"${letters.map((letter) => `\\u${letter}`).join('')}"`;
}

/** A name as it is shown: never backwards, to pass for another; what cannot be seen is named by the id instead. */
export function shownName(displayName: string, id: string): string {
  const name = displayName.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '');
  return isVisible(name) ? name : `Name without letters, ${id.slice(-4)}`;
}

/** The first letters of the first and the last word; `?` when there are none. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const first = firstLetter(words[0]);
  const last = words.length > 1 ? firstLetter(words.at(-1)) : '';
  return (first + last).toLocaleUpperCase('en') || '?';
}

function firstLetter(word: string | undefined): string {
  return [...(word ?? '')][0] ?? '';
}

/** The address when it is one of the web, else null: a link never leads anywhere else. */
export function webAddress(text: string | null): string | null {
  if (text === null || !/^https?:\/\//i.test(text)) return null;
  return URL.canParse(text) ? text : null;
}
