/**
 * Writes sdk/generated from the two public documents: schema/openapi.json and schema/schema.graphql. Everything in it
 * follows from them alone, so the same documents give the same bytes. With `--check` it writes nothing, and fails when
 * a file is stale. Run by `npm run codegen` and `npm run check:sdk`, which install its packages first.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { executeCodegen } from '@graphql-codegen/cli';
import codegen from '../../codegen.ts';
import { restTypes, routeTable } from './rest.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const folder = join(root, 'sdk/generated');
const isCheck = process.argv.includes('--check');

const files = await generate();
const stale = Object.keys(files).filter((name) => presentText(name) !== files[name]);
const left = existsSync(folder) ? readdirSync(folder).filter((name) => !(name in files)) : [];
if (!isCheck) replace();
for (const name of [...stale, ...left])
  process.stdout.write(`${isCheck ? 'stale' : 'written'}: sdk/generated/${name}\n`);
if (isCheck && stale.length + left.length > 0) {
  process.stderr.write(
    'The contract changed. Run "npm run codegen", look at what became of it, and commit that too.\n',
  );
  process.exit(1);
}

/** Text by file name. */
async function generate() {
  const document = JSON.parse(readFileSync(join(root, 'schema/openapi.json'), 'utf8'));
  const generated = { 'rest.ts': await restTypes(document), 'routes.ts': routeTable(document) };
  for (const { filename, content } of await graphqlFiles()) generated[filename.split('/').at(-1)] = content;
  return Object.fromEntries(Object.entries(generated).map(([name, text]) => [name, formatted(text)]));
}

async function graphqlFiles() {
  // Its plugins are looked for where this file's packages are.
  const { result, error } = await executeCodegen({ ...codegen, cwd: here, silent: true });
  if (error) throw error;
  return result;
}

function formatted(text) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'format', '--stdin-file-path=sdk/formatted.ts'];
  return execFileSync(process.execPath, args, {
    cwd: root,
    input: text,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

function presentText(name) {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function replace() {
  mkdirSync(folder, { recursive: true });
  for (const name of left) rmSync(join(folder, name));
  for (const name of stale) writeFileSync(join(folder, name), files[name]);
}
