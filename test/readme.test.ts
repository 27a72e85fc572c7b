/** The README is true: its start command starts a server, and its calls answer what is written below them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../src/infra/package-root.ts';
import { commandsOf, difference, examplesOf } from './support/readme.ts';

const readme = await readFile(join(packageRoot(), 'README.md'), 'utf8');
const keys = { SECRET_KEY: 'sk_readme_0123456789', PUBLISHABLE_KEY: 'pk_readme_0123456789' };
/** Building and the first migration of an embedded database, on a machine that has other work. */
const START_MS = 120_000;

describe('the README', () => {
  let dataDir: string;
  let server: ChildProcess;
  let output = '';
  let origin: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'readme-'));
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    server = spawn('npm', ['start'], {
      cwd: packageRoot(),
      detached: true, // a group of its own, so that npm and what it started can be stopped together
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...withoutOurs(process.env),
        PORT: String(port),
        DATA_DIR: dataDir,
        BOOTSTRAP_SECRET_KEY: keys.SECRET_KEY,
        BOOTSTRAP_PUBLISHABLE_KEY: keys.PUBLISHABLE_KEY,
      },
    });
    for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (output += chunk));
    const ended = once(server, 'exit').then(([code]) => {
      throw new Error(`The server ended with ${code}:\n${output}`);
    });
    await Promise.race([ended, vi.waitFor(isReady, { timeout: START_MS, interval: 200 })]);
  }, START_MS);

  afterAll(async () => {
    if (server.exitCode === null && server.pid) {
      process.kill(-server.pid, 'SIGTERM');
      await once(server, 'exit');
    }
    await rm(dataDir, { recursive: true, force: true });
  });

  it('names commands that exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8'));
    const named = commandsOf(readme).filter((command) => command.startsWith('npm '));
    expect(named).toEqual(['npm start', 'npm test']);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  });

  it('shows calls, one after the other, that answer what is written below them', async () => {
    const examples = examplesOf(readme);
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const { stdout } = await promisify(execFile)('sh', ['-c', example.command], {
        env: { ...process.env, ...keys, SUPPORT: `${origin}/api/support` },
      });
      expect(difference(example, JSON.parse(stdout)), stdout).toBeNull();
    }
  });

  it('points to files that exist', async () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links).toContain('CONTRIBUTING.md');
    for (const path of links) await expect(readFile(join(packageRoot(), path), 'utf8')).resolves.toBeTruthy();
  });

  it('lists every variable the configuration reads, and no other', async () => {
    const source = await readFile(join(packageRoot(), 'src/config.ts'), 'utf8');
    const read = new Set([...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name));
    const table = readme.split('\n').filter((line) => line.startsWith('| `'));
    const listed = new Set(
      table.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]).map(([, name]) => name),
    );
    expect(listed).toEqual(read);
  });

  async function isReady(): Promise<void> {
    const { status } = await fetch(`${origin}/readyz`);
    if (status !== 200) throw new Error(`Not ready: ${status}\n${output}`);
  }
});

/** The machine's environment without what would lead the server elsewhere. */
function withoutOurs(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(DATABASE_URL|REDIS_URL|HOST|PUBLIC_URL|TRUST_PROXY|GEO_DATABASE|LOG_LEVEL|NODE_ENV|VITEST.*)$/;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !ours.test(name)));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No port was free.');
  return address.port;
}
