/** The dashboard's colours: each one a page asks for is there, and edges of controls can be seen in both themes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/infra/package-root.ts';
import { sourceFiles } from '../support/source-files.ts';

const STYLES = readFileSync(join(packageRoot(), 'src/dashboard/styles.css'), 'utf8');
/** What takes a colour, and the name behind it: `border-line`, `data-[x]:border-b-error`, `bg-primary/20`. */
const UTILITY =
  /(?<![\w-])(?:bg|text|border|divide|outline|decoration|fill|stroke|ring|shadow|accent|caret|placeholder|from|via|to)-(?:[trblxyse]-)?([a-z][a-z0-9-]*)/g;
/** What stands behind the same words and is no colour of ours. */
const NO_COLOUR = new Set(
  'xs sm base lg xl start center end t r b b-0 b-2 l x y s e collapse none offset-2 linecap linejoin width current transparent black'.split(
    ' ',
  ),
);
/** WCAG 1.4.11. */
const LEAST_CONTRAST = 3;

describe('the colours', () => {
  const defined = new Set([...STYLES.matchAll(/--color-([a-z0-9-]+):/g)].map(([, name]) => name));
  const asked = sourceFiles(['src/dashboard'], /\.tsx$/).flatMap(({ path, text }) =>
    [...text.matchAll(UTILITY)].flatMap(([, name = '']) => (NO_COLOUR.has(name) ? [] : [{ path, name }])),
  );

  it('that pages ask for are all there', () => {
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter(({ name }) => !defined.has(name))).toEqual([]);
  });

  it.each(['light', 'dark'])('of the edges of controls stand out from what they are on: %s', (theme) => {
    const colours = themeOf(theme);
    for (const ground of ['color-base-100', 'color-base-200']) {
      const contrast = contrastOf(colours.get('control-line') ?? '', colours.get(ground) ?? '');
      expect([ground, contrast >= LEAST_CONTRAST]).toEqual([ground, true]);
    }
  });
});

function themeOf(name: string): Map<string, string> {
  const block = STYLES.split('@plugin "daisyui/theme"').find((each) => each.includes(`name: "${name}"`)) ?? '';
  const own = block.slice(0, block.indexOf('}'));
  return new Map([...own.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, key = '', value = '']) => [key, value]));
}

function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
