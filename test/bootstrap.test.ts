/** The script before `npm start` and `npm test`: does what is out of date, once, and nothing else. */
import { execFile } from 'node:child_process';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../src/infra/package-root.ts';

const BUILT = ['build', 'browser files'];
/** Stands in for the bundler, as fake-npm.mjs does for the other tools. */
const NOTE_BROWSER_FILES = `import { appendFileSync } from 'node:fs';\nappendFileSync('work.log', 'browser files\\n');`;
const EVERYTHING = ['ci', 'generate', ...BUILT];

describe('the bootstrap', () => {
  let clone: string;

  beforeEach(async () => {
    clone = await mkdtemp(join(tmpdir(), 'bootstrap-'));
    for (const folder of ['scripts', 'src', 'prisma']) await mkdir(join(clone, folder));
    await copyFile(join(packageRoot(), 'scripts/bootstrap.mjs'), join(clone, 'scripts/bootstrap.mjs'));
    await copyFile(join(packageRoot(), 'test/support/fake-npm.mjs'), join(clone, 'npm-cli.js'));
    await writeFile(join(clone, 'scripts/browser-files.mjs'), NOTE_BROWSER_FILES);
    await writeFile(join(clone, 'package.json'), '{ "type": "module" }');
    await lockPackages('1.0.0');
    await writeFile(join(clone, 'prisma/schema.prisma'), '// tables\n');
    await writeFile(join(clone, 'src/main.ts'), '// server\n');
  });
  afterEach(() => rm(clone, { recursive: true }));

  it('does everything on a fresh clone, and nothing the second time', async () => {
    await bootstrap();
    expect(await workDone()).toEqual(EVERYTHING);
    expect(await bootstrap()).toBe('');
    expect(await workDone()).toEqual(EVERYTHING);
  });

  it('does not build for the tests', async () => {
    await bootstrap({ args: [] });
    expect(await workDone()).toEqual(['ci', 'generate']);
  });

  it('does again what a change makes out of date', async () => {
    await bootstrap();
    await appendFile(join(clone, 'src/main.ts'), '// more\n');
    await bootstrap();
    expect(await workDone()).toEqual([...EVERYTHING, ...BUILT]);
    await appendFile(join(clone, 'prisma/schema.prisma'), '// more\n');
    await bootstrap();
    expect(await workDone()).toEqual([...EVERYTHING, ...BUILT, 'generate', ...BUILT]);
    await lockPackages('2.0.0');
    await bootstrap();
    expect(await workDone()).toEqual([...EVERYTHING, ...BUILT, 'generate', ...BUILT, ...EVERYTHING]);
  });

  it('notices that a source file was removed', async () => {
    await writeFile(join(clone, 'src/old.ts'), '');
    await bootstrap();
    await rm(join(clone, 'src/old.ts'));
    await bootstrap();
    expect(await workDone()).toEqual([...EVERYTHING, ...BUILT]);
  });

  it('builds the dashboard, once there is one, when something of it changed and not with the server', async () => {
    await bootstrap();
    await mkdir(join(clone, 'src/dashboard'));
    await writeFile(join(clone, 'src/dashboard/vite.config.ts'), '');
    await bootstrap();
    expect(await workDone()).toEqual([...EVERYTHING, 'dashboard']);
    expect(await bootstrap()).toBe('');
    await appendFile(join(clone, 'src/dashboard/vite.config.ts'), '// more\n');
    await bootstrap();
    expect(await workDone()).toEqual([...EVERYTHING, 'dashboard', 'dashboard']);
  });

  it('does everything once in terminals that start together', async () => {
    await Promise.all([bootstrap(), bootstrap(), bootstrap()]);
    expect(await workDone()).toEqual(EVERYTHING);
  });

  it('takes over from one that was killed', async () => {
    await mkdir(join(clone, '.bootstrap.lock'));
    await writeFile(join(clone, '.bootstrap.lock/pid'), String(await pidOfTheDead()));
    await bootstrap();
    expect(await workDone()).toEqual(EVERYTHING);
  });

  it('stops at the first step that fails, says which, and starts there the next time', async () => {
    await expect(bootstrap({ env: { FAKE_NPM_FAILS: '1' } })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Installing the packages …[\s\S]*failed: exit code 7/),
    });
    await bootstrap();
    expect(await workDone()).toEqual(['ci', ...EVERYTHING]);
  });

  /** What it printed for the reader. */
  async function bootstrap({ args = ['--build'], env = {} } = {}): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['scripts/bootstrap.mjs', ...args], {
      cwd: clone,
      env: { ...process.env, npm_execpath: join(clone, 'npm-cli.js'), ...env },
    });
    expect(stdout).toBe('');
    return stderr;
  }

  async function workDone(): Promise<string[]> {
    return (await readFile(join(clone, 'work.log'), 'utf8')).trim().split('\n');
  }

  async function lockPackages(version: string): Promise<void> {
    const packages = {
      '': { version },
      'node_modules/prisma': { version, integrity: `of ${version}` },
      'node_modules/of-another-platform': { version, integrity: `of ${version}`, optional: true },
    };
    await writeFile(join(clone, 'package-lock.json'), JSON.stringify({ packages }));
  }

  async function pidOfTheDead(): Promise<number> {
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid']);
    return Number(stdout);
  }
});
