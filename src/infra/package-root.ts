/** Where the package lies: the code runs from src/ (tests, tools) and from dist/src/ (the built server). */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the nearest package.json above this file, as an absolute path.
 *
 * @throws {Error} when there is none: the code was copied out of its package.
 */
export function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return dir;
    if (dir === dirname(dir)) throw new Error(`No package.json above ${start}; run the server from its own package.`);
  }
}
