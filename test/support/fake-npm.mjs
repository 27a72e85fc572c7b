/**
 * Stands in for npm in a folder with nothing but a package-lock.json: "installs" a generator, a compiler and a bundler
 * that write one file each, and adds a line to work.log for everything done.
 */
import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const tool = (line, output) => `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('work.log', '${line}\\n');
mkdirSync('${dirname(output)}', { recursive: true });
writeFileSync('${output}', '');
`;

function install(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

appendFileSync('work.log', `${process.argv[2]}\n`);
if (process.env.FAKE_NPM_FAILS) process.exit(7);
install('node_modules/prisma/build/index.js', tool('generate', 'prisma/generated/client/client.ts'));
install('node_modules/typescript/bin/tsc', tool('build', 'dist/src/main.js'));
install('node_modules/vite/bin/vite.js', tool('dashboard', 'dist/dashboard/index.html'));
copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
