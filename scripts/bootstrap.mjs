/**
 * Runs before `npm start` and `npm test`, on nothing but Node: installs what is missing, generates the Prisma client,
 * and with `--build` compiles server and dashboard to dist/, with `--build-dashboard` the latter alone. Does only what is
 * out of date; two terminals at once take turns.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCK = '.bootstrap.lock';
const GENERATED_STAMP = 'prisma/generated/.stamp';
const BUILT_STAMP = 'dist/.stamp';
const DASHBOARD_CONFIG = 'src/dashboard/vite.config.ts';
const DASHBOARD_STAMP = 'dist/.dashboard-stamp';
/** Longer than a process needs between making the lock and writing its number into it. */
const LOCK_WRITTEN_MS = 5_000;
const LOCK_POLL_MS = 300;
const BUILD_INPUTS = [
  'src',
  'schema',
  'sdk',
  'prisma/generated',
  'scripts/browser-files.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];
const DASHBOARD_INPUTS = ['src/dashboard', 'sdk', 'package-lock.json'];
/** Folders made by tools. */
const NOT_OURS = ['node_modules', 'dist'];

/** A step that did not work out; its own output stands above the message. */
class Failure extends Error {}

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
requireNode(20, 19);
const steps = [
  { name: 'Installing the packages', isDone: isInstalled, work: install },
  { name: 'Generating the Prisma client', isDone: isGenerated, work: generate },
];
const buildsAll = process.argv.includes('--build');
if (buildsAll) steps.push({ name: 'Building the server', isDone: isBuilt, work: build });
if (buildsAll || process.argv.includes('--build-dashboard')) {
  steps.push({ name: 'Building the dashboard', isDone: isDashboardBuilt, work: buildDashboard });
}
if (!steps.every((step) => step.isDone()))
  inTurn(() => {
    for (const step of steps) perform(step);
  });

function perform({ name, isDone, work }) {
  if (isDone()) return;
  say(`${name} …`);
  const start = Date.now();
  work();
  say(`${name}: done in ${((Date.now() - start) / 1000).toFixed(1)} s.`);
}

/** npm leaves a list of what it installed, written last: a broken-off installation has none, or an older one. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const found = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(
    ([path, { version, integrity, optional }]) =>
      path === '' ||
      optional || // of another platform, perhaps
      (found[path]?.version === version && found[path]?.integrity === integrity),
  );
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

function install() {
  // The compiler and Prisma's generator are development packages, which NODE_ENV=production would leave out.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath ?? '';
  if (basename(npm) === 'npm-cli.js') run(process.execPath, [npm, ...args]);
  else run('npm', args, { shell: process.platform === 'win32' });
}

function isGenerated() {
  return stampOf(GENERATED_STAMP) === generatedFrom();
}

function generatedFrom() {
  const hash = createHash('sha256');
  for (const file of ['prisma/schema.prisma', 'package-lock.json']) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function generate() {
  run(process.execPath, ['node_modules/prisma/build/index.js', 'generate', '--no-hints'], {
    env: {
      ...process.env,
      // Without these the command downloads an engine that it does not use, and asks for newer versions of itself.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  writeFileSync(GENERATED_STAMP, generatedFrom());
}

function isBuilt() {
  return stampOf(BUILT_STAMP) === inputs(BUILD_INPUTS, isServers);
}

/** The dashboard's files are in the same folder, and are none of the server's. */
function isServers(file) {
  return !file.startsWith(join('src/dashboard', '/'));
}

/** Names, sizes and times of all inputs: quicker than their contents, and a removed file shows too. */
function inputs(paths, isOne = () => true) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesUnder).filter(isOne)) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => !name.startsWith('.') && !NOT_OURS.includes(name));
  return names.sort().flatMap((name) => filesUnder(join(path, name)));
}

function build() {
  const from = inputs(BUILD_INPUTS, isServers);
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  run(process.execPath, ['scripts/browser-files.mjs']);
  writeFileSync(BUILT_STAMP, from);
}

function isDashboardBuilt() {
  return !existsSync(DASHBOARD_CONFIG) || stampOf(DASHBOARD_STAMP) === inputs(DASHBOARD_INPUTS);
}

function buildDashboard() {
  const from = inputs(DASHBOARD_INPUTS);
  const args = ['node_modules/vite/bin/vite.js', 'build', '--config', DASHBOARD_CONFIG, '--logLevel', 'warn'];
  // Tests run with another one, and would have the libraries built as for development.
  run(process.execPath, args, { env: { ...process.env, NODE_ENV: 'production' } });
  writeFileSync(DASHBOARD_STAMP, from);
}

function stampOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** What the commands print goes to standard error: standard output belongs to the command we run before. */
function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (status === 0) return;
  const reason = error?.message ?? signal ?? `exit code ${status}`;
  throw new Failure(`${basename(command)} ${args.join(' ')} failed: ${reason}.`);
}

/** Alone among all terminals in this folder; what another one did meanwhile need not be done again. */
function inTurn(work) {
  takeLock();
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    say(thrown.message);
    process.exitCode = 1;
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function takeLock() {
  for (let waits = 0; !tryLock(); waits += 1) {
    if (isLeftBehind()) rmSync(LOCK, { recursive: true, force: true });
    else if (waits === 0) say('Waiting for another terminal that prepares the same folder …');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
  }
}

function tryLock() {
  try {
    mkdirSync(LOCK);
    writeFileSync(join(LOCK, 'pid'), String(process.pid));
    return true;
  } catch (thrown) {
    if (thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

/** Its process has ended without removing it. */
function isLeftBehind() {
  try {
    const pid = Number(stampOf(join(LOCK, 'pid')));
    if (!pid) return Date.now() - statSync(LOCK).mtimeMs > LOCK_WRITTEN_MS;
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return thrown.code === 'ESRCH';
  }
}

function requireNode(major, minor) {
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  say(`Node ${major}.${minor} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

function say(line) {
  console.error(`[bootstrap] ${line}`);
}
