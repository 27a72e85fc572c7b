/** The package as it is published: packed, installed into an empty project, type-checked there, and its README run. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/infra/package-root.ts';
import { type ListeningServer, listen } from '../support/listening.ts';
import { sourceFiles } from '../support/source-files.ts';

const exec = promisify(execFile);
/** Compiling twice and npm twice, on a machine that has other work. */
const PACK_MS = 120_000;
const sdk = join(packageRoot(), 'sdk');
const tsc = join(packageRoot(), 'node_modules/typescript/bin/tsc');

/** The code of README blocks that are meant to be run, as one program: they build on each other. */
function programOf(markdown: string): string {
  return [...markdown.matchAll(/```ts run\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n');
}

/** What `console.log` lines say they print, in the comments behind them. */
function expectedOf(program: string): string[] {
  return [...program.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text = '']) => text);
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.asynciterable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    outDir: 'out',
  },
  files: ['readme.ts'],
};

describe('the packed SDK', () => {
  let folder: string;
  let server: ListeningServer;
  let files: string[];

  beforeAll(async () => {
    server = await listen();
    folder = await mkdtemp(join(tmpdir(), 'sdk-packed-'));
    // A copy, so that two runs at once do not write into one folder.
    const built = join(folder, 'package');
    await mkdir(built);
    await exec(process.execPath, [tsc, '-p', sdk, '--outDir', join(built, 'dist')]);
    for (const name of ['package.json', 'README.md', 'LICENSE']) {
      await writeFile(join(built, name), await readFile(join(sdk, name)));
    }
    const { stdout } = await exec('npm', ['pack', '--json', '--pack-destination', folder], { cwd: built });
    const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    files = packed.files.map(({ path }) => path);
    const project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'project', private: true, type: 'module' }));
    await exec('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)], {
      cwd: project,
    });
  }, PACK_MS);

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('holds the compiled client, its types, README and licence, and nothing else', () => {
    const others = files.filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts']));
  });

  it('brings no dependency along', async () => {
    const installed = await readdir(join(folder, 'project/node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['@transactional-support']);
  });

  it('type-checks where it is used, and does what its README says', async () => {
    const { where, key } = (await server.callers()).server;
    const program = programOf(await readFile(join(sdk, 'README.md'), 'utf8'));
    const expected = expectedOf(program);
    expect(expected.length).toBeGreaterThan(7);
    const project = join(folder, 'project');
    const own = program.replaceAll('http://127.0.0.1:4000', String(where)).replaceAll('sk_…', key);
    await writeFile(join(project, 'readme.ts'), own);
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    const checked = await exec(process.execPath, [tsc, '-p', project]).catch((failed: { stdout: string }) => failed);
    expect(checked.stdout).toBe('');
    const { stdout } = await exec(process.execPath, [join(project, 'out/readme.js')], { timeout: 60_000 });
    expect(stdout.trim().split('\n')).toEqual(expected);
  });
});

describe('the sources of the SDK', () => {
  it('import nothing but each other', () => {
    const imports = sourceFiles(['sdk']).flatMap(({ path, text }) =>
      [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, to = '']) => `${path} → ${to}`),
    );
    expect(imports.length).toBeGreaterThan(30);
    expect(imports.filter((line) => !/ → \.\/[\w/-]+\.ts$/.test(line))).toEqual([]);
  });
});
