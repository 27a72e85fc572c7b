/** Reads the project's own source text, for the tests that hold it to its rules. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/infra/package-root.ts';

/** A file by its path from the package root, with `/` on every system. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** All files under these folders whose name matches, in order; without generated ones. A missing folder is empty. */
export function sourceFiles(folders: readonly string[], names: RegExp = /\.ts$/): SourceFile[] {
  return folders
    .flatMap((folder) => filesUnder(folder))
    .filter((path) => names.test(path))
    .map((path) => ({ path, text: readFileSync(join(packageRoot(), path), 'utf8') }));
}

function filesUnder(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return ['generated', 'node_modules', 'dist'].includes(entry.name) ? [] : filesUnder(path);
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(join(packageRoot(), folder), { withFileTypes: true });
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
    throw thrown;
  }
}

/** The text with every comment emptied and every template literal blank: what is left of them is code and strings. */
export function withoutComments(text: string): string {
  return text.replaceAll(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (whole, quoted: string | undefined) => quoted ?? (whole.startsWith('`') ? '``' : ' '),
  );
}
