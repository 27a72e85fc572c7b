/**
 * Writes what is generated from the contract and committed: the OpenAPI document and the reference pages.
 * With `--check` it writes nothing and fails when a file is stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../src/infra/package-root.ts';
import { referenceFiles } from './reference-pages.ts';

const isCheck = process.argv.includes('--check');
const stale: string[] = [];

for (const [path, text] of Object.entries(referenceFiles())) {
  const file = join(packageRoot(), path);
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === text) continue;
  stale.push(path);
  if (!isCheck) await writeFile(file, text);
}

for (const path of stale) process.stdout.write(`${isCheck ? 'stale' : 'written'}: ${path}\n`);
if (isCheck && stale.length > 0) {
  process.stderr.write(
    'The contract changed. Run "npm run openapi", look at what became of it, and commit that too.\n',
  );
  process.exit(1);
}
