/** The dashboard's files: what is served, how it is cached, what it may do, and that nothing else is reachable. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createWorld, type World } from '../support/world.ts';

const PAGE = '<!doctype html><html><head><title>Dashboard</title></head><body></body></html>';
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let world: World;
let outside: string;
let app: Awaited<ReturnType<typeof createApp>>;

beforeAll(async () => {
  world = await createWorld();
  outside = await mkdtemp(join(tmpdir(), 'dashboard-'));
  await writeFile(join(outside, 'secret.txt'), 'canary');
  app = await serve(outside);
});
afterAll(async () => {
  await app.close();
  await world.close();
  await rm(outside, { recursive: true });
});

const serve = (browserFiles: string) =>
  createApp({ config: parseConfig({}), db: world.db, log: createLog('silent'), browserFiles });
const get = (url: string, headers: Record<string, string> = HTML, method: 'GET' | 'HEAD' = 'GET') =>
  app.inject({ method, url, headers });

describe('before it is built', () => {
  it('the page says which command builds it', async () => {
    const { statusCode, body, headers } = await get('/dashboard');
    expect([statusCode, headers['cache-control']]).toEqual([503, 'no-cache']);
    expect(body).toContain('npm run build:dashboard');
  });

  it('a file is missing', async () => {
    expect((await get('/dashboard/assets/app.js')).statusCode).toBe(404);
  });
});

describe('once it is built', () => {
  beforeAll(async () => {
    const built = join(outside, 'dashboard');
    await mkdir(join(built, 'assets'), { recursive: true });
    await writeFile(join(built, 'index.html'), PAGE);
    await writeFile(join(built, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await writeFile(join(built, 'assets/app-1a2b3c.js'), 'void 0;');
    await writeFile(join(built, '.hidden'), 'canary');
  });

  it('the first address leads to it', async () => {
    const { statusCode, headers } = await get('/');
    expect([statusCode, headers.location]).toEqual([302, '/dashboard']);
  });

  it.each([
    '/dashboard',
    '/dashboard/',
    '/dashboard/visitors/user:ann.b@example.com',
    '/dashboard/index.html',
    '/dashboard?x=1',
  ])('%s is the page, asked for each time', async (url) => {
    const { statusCode, body, headers } = await get(url);
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['cache-control']).toBe('no-cache');
    expect(body.replace(/<meta[^>]*>/, '')).toBe(PAGE);
  });

  it('a file with its hash in its name is kept for a year', async () => {
    const { statusCode, body, headers } = await get('/dashboard/assets/app-1a2b3c.js', { accept: '*/*' });
    expect([statusCode, body, headers['cache-control']]).toEqual([
      200,
      'void 0;',
      'public, max-age=31536000, immutable',
    ]);
    expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('another file is asked for each time', async () => {
    const { headers } = await get('/dashboard/favicon.svg', { accept: 'image/*' });
    expect([headers['content-type'], headers['cache-control']]).toEqual(['image/svg+xml', 'no-cache']);
  });

  it('HEAD answers as GET, without the body', async () => {
    for (const url of ['/dashboard', '/dashboard/visitors', '/dashboard/assets/app-1a2b3c.js']) {
      const [head, whole] = [await get(url, HTML, 'HEAD'), await get(url)];
      expect([head.statusCode, head.body]).toEqual([200, '']);
      expect(head.headers['content-type']).toBe(whole.headers['content-type']);
    }
  });

  it.each([
    ['a missing script', '/dashboard/assets/gone.js', HTML],
    ['a missing script of a page', '/dashboard/gone.js', { accept: '*/*' }],
    ['an address asked for by a program', '/dashboard/visitors', { accept: 'application/json' }],
    ['an address asked for by nobody knows what', '/dashboard/visitors', {}],
    ['the folder of hashed files', '/dashboard/assets/', HTML],
  ])('%s is missing, and no page', async (_what, url, headers) => {
    const answer = await get(url, headers as Record<string, string>);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'unknown_route']);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s is no way to ask for a page', async (method) => {
    for (const url of ['/dashboard', '/dashboard/visitors']) {
      const { statusCode } = await app.inject({ method, url, headers: HTML });
      expect([404, 405]).toContain(statusCode);
    }
  });

  it('a new build is served without a new start', async () => {
    await writeFile(join(outside, 'dashboard/assets/app-9z8y7x.js'), 'void 1;');
    const page = PAGE.replace('<body>', '<body><script type="module" src="/dashboard/assets/app-9z8y7x.js"></script>');
    await writeFile(join(outside, 'dashboard/index.html'), page);
    expect((await get('/dashboard')).body).toContain('app-9z8y7x.js');
    expect((await get('/dashboard/assets/app-9z8y7x.js')).body).toBe('void 1;');
  });

  it('nothing outside its folder can be reached, however it is written', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const paths = [
      '/dashboard/../secret.txt',
      '/dashboard/..%2fsecret.txt',
      '/dashboard/%2e%2e/secret.txt',
      '/dashboard/%2e%2e%2fsecret.txt',
      '/dashboard/..%5csecret.txt',
      '/dashboard/assets/../../secret.txt',
      '/dashboard/assets/%252e%252e/%252e%252e/secret.txt',
      '/dashboard/....//secret.txt',
      '/dashboard/.hidden',
      '/dashboard/%2ehidden',
      '/dashboard/index.html%00.js',
      `/dashboard/${join(outside, 'secret.txt')}`,
      '/dashboard//etc/passwd',
    ];
    for (const path of paths) {
      for (const accept of ['*/*', 'text/html']) {
        const { status, body } = await raw(port, path, accept);
        expect([path, /canary|root:/.test(body)]).toEqual([path, false]);
        expect([path, accept, [200, 400, 404].includes(status)]).toEqual([path, accept, true]);
        if (accept === '*/*') expect([path, status === 200]).toEqual([path, false]);
      }
    }
  });
});

describe('the page', () => {
  it('may run scripts of this server alone, and be framed by nobody', async () => {
    const { headers, body } = await get('/dashboard');
    const policy = new Map(
      String(headers['content-security-policy'])
        .split(';')
        .map((each) => each.split(' '))
        .map(([name = '', ...values]) => [name, values.join(' ')]),
    );
    expect(policy.get('default-src')).toBe("'none'");
    expect(policy.get('script-src')).toMatch(/^'self' 'nonce-[0-9a-f]{32}'$/);
    expect(policy.get('connect-src')).toBe("'self'");
    expect(policy.get('img-src')).toBe("'self' data: https:");
    expect([policy.get('frame-ancestors'), policy.get('base-uri'), policy.get('form-action')]).toEqual([
      "'none'",
      "'none'",
      "'self'",
    ]);
    const nonce = /<meta property="csp-nonce" nonce="([0-9a-f]{32})">/.exec(body)?.[1];
    expect(policy.get('style-src')).toBe(`'self' 'nonce-${nonce}'`);
    expect((await get('/dashboard')).body).not.toContain(nonce);
  });

  it('tells other sites nothing', async () => {
    const { headers } = await get('/dashboard');
    expect([headers['referrer-policy'], headers['x-content-type-options']]).toEqual(['no-referrer', 'nosniff']);
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  });
});

/** As it is written: clients that know addresses would tidy the path. */
function raw(port: number, path: string, accept: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, headers: { accept } }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}
