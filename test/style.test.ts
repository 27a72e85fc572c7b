/** The project's own text: short, named, documented, finished, and free of the machine it was written on. */
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './support/source-files.ts';
import {
  documented,
  finished,
  introduced,
  MAX_LINES,
  portable,
  type StyleRule,
  shortEnough,
  withoutAny,
  withoutDefaultExport,
} from './support/style-rules.ts';

const code = /\.(tsx?|mjs)$/;
/** Tools find their configuration as a default export. */
const toolConfig = /\.config\.ts$/;
const shipped = sourceFiles(['src', 'schema', 'sdk'], code);
const everything = [...shipped, ...sourceFiles(['scripts', 'test', 'bench'], code)];
/** The rules and their test have to name what they forbid. */
const judged = everything.filter(({ path }) => !/style[-.](rules|test)/.test(path));
const prose = sourceFiles(['docs', 'prisma', 'sdk'], /\.(md|sql|prisma|graphql)$/);

describe('every file', () => {
  it.each<[string, StyleRule, readonly SourceFile[]]>([
    [`is at most ${MAX_LINES} lines long`, shortEnough, everything],
    ['begins with what it is for', introduced, everything.filter(({ path }) => /\.tsx?$/.test(path))],
    ['does without `any`', withoutAny, judged],
    [
      'that is shipped has named exports only',
      withoutDefaultExport,
      shipped.filter(({ path }) => !toolConfig.test(path)),
    ],
    ['that is shipped documents what it exports', documented, shipped],
    ['is finished', finished, [...judged, ...prose]],
    ['names no path of one machine', portable, [...judged, ...prose]],
  ])('%s', (_sentence, rule, files) => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(rule)).toEqual([]);
  });
});

describe('the style rules', () => {
  const on = (rule: StyleRule, text: string) => rule({ path: 'src/a.ts', text });

  it.each<[string, StyleRule, string, string]>([
    ['any as a type', withoutAny, 'const a: any = 1;', 'const any: number = 1;'],
    ['any as an argument', withoutAny, 'const a = new Map<string, any>();', 'const a = "of : any kind";'],
    ['a default export', withoutDefaultExport, 'export default 1;', '// export default 1;'],
    ['an export without docstring', documented, 'export const a = 1;', '/** One. */\nexport const a = 1;'],
    ['an unfinished mark', finished, '// TODO: later', '// done'],
    ['a path of one machine', portable, `const a = '/home/someone/a';`, `const a = 'https://example.com/home/a';`],
    ['a file without introduction', introduced, 'const a = 1;', '/** One. */\nconst a = 1;'],
    ['a line too many', shortEnough, 'a\n'.repeat(MAX_LINES + 1), 'a\n'.repeat(MAX_LINES)],
  ])('find %s, and only that', (_what, rule, bad, good) => {
    expect(on(rule, bad)).toHaveLength(1);
    expect(on(rule, good)).toEqual([]);
  });
});
