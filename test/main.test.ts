/** The program as a process: how it refuses to start, and how it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { packageRoot } from '../src/infra/package-root.ts';

/** Two starts of an embedded database, on a machine that has other work. */
const PATIENCE_MS = 120_000;

describe('the program', () => {
  it('prints every problem of its configuration and ends with 1', async () => {
    const program = start({ PORT: 'abc', LOG_LEVEL: 'loud', REDIS_URL: 'http://redis' });
    expect(await program.ended).toBe(1);
    expect(program.errors()).toContain('3 problems');
    for (const name of ['PORT', 'LOG_LEVEL', 'REDIS_URL']) expect(program.errors()).toContain(`  ${name} must be`);
  });

  it(
    'shows keys on the first start only, ends with 0 when told to stop, and starts again on what it kept',
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'program-'));
      onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
      const first = start({ DATA_DIR: dataDir, PORT: '0' });
      await vi.waitFor(() => expect(first.output()).toContain('curl -X POST'), { timeout: PATIENCE_MS });
      const key = /sk_[0-9a-f]+/.exec(first.output())?.[0] ?? '';
      first.stop();
      expect(await first.ended).toBe(0);

      const second = start({ DATA_DIR: dataDir, PORT: '0' });
      await vi.waitFor(() => expect(second.output()).toContain('is running at'), { timeout: PATIENCE_MS });
      const origin = /running at (\S+)/.exec(second.output())?.[1];
      const answer = await fetch(`${origin}/api/support/visitors`, { headers: { 'x-api-key': key } });
      expect([answer.status, second.output().includes('sk_')]).toEqual([200, false]);
      second.stop();
      expect(await second.ended).toBe(0);
    },
    PATIENCE_MS,
  );
});

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: packageRoot(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (text.out += chunk));
  child.stderr.on('data', (chunk) => (text.err += chunk));
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    output: () => text.out,
    errors: () => text.err,
    ended: once(child, 'close').then(([code]) => code as number | null),
    stop: () => child.kill('SIGTERM'),
  };
}
