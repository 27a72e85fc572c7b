/** Runs the generator, after installing its packages when they are missing or older than the lock file. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

if (!isInstalled()) run(npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error'], here);
run([process.execPath], ['--import', 'tsx', join(here, 'generate.mjs'), ...process.argv.slice(2)], root);

/** npm leaves a list of what it installed, written last. */
function isInstalled() {
  const wanted = versionsIn('package-lock.json');
  const found = versionsIn('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    return path === '' || optional || found[path]?.version === version;
  });
}

function versionsIn(file) {
  const path = join(here, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

/** The npm that runs us, when one does. */
function npm() {
  const path = process.env.npm_execpath ?? '';
  return path.endsWith('npm-cli.js') ? [process.execPath, path] : ['npm'];
}

function run([command, ...first], args, cwd) {
  const { status, error } = spawnSync(command, [...first, ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
