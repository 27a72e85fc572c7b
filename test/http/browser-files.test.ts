/** The files browsers are served: the widget for pages of any site, and the demo under a strict policy. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/infra/package-root.ts';
import { openServer, type TestServer } from '../support/http.ts';

/** The most each part of the widget may take on its way, in bytes. */
const MAX_BYTES = { '/widget.js': 6000, '/widget-live.js': 3000 };

let server: TestServer;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ method: 'GET', url, headers });

describe('the widget', () => {
  it.each(Object.entries(MAX_BYTES))('takes in %s no more than %d bytes', async (file, most) => {
    const { rawPayload } = await get(file);
    expect(gzipSync(rawPayload, { level: 9 }).length).toBeLessThanOrEqual(most);
  });

  it('sends its live part to pages of any site, as a module', async () => {
    const { statusCode, headers, body } = await get('/widget-live.js', { origin: 'https://shop.example' });
    expect([statusCode, headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect(body).toMatch(/export\s*{.*openLive/);
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    ['gzip;q=1.0, br;q=0', gunzipSync],
    ['identity', (bytes: Buffer) => bytes],
    ['', (bytes: Buffer) => bytes],
  ])('is sent to whoever accepts %j', async (accepted, undo) => {
    const { statusCode, headers, rawPayload } = await get('/widget.js', { 'accept-encoding': accepted });
    expect(undo(rawPayload)).toEqual(await readFile(join(packageRoot(), 'dist/widget.js')));
    expect([statusCode, headers['content-length']]).toEqual([200, String(rawPayload.length)]);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': expect.stringMatching(/^public, max-age=\d+/),
      vary: 'Accept-Encoding',
    });
  });

  it('is not sent again to whoever has it', async () => {
    const { headers } = await get('/widget.js', { 'accept-encoding': 'gzip' });
    const tag = String(headers.etag);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await get('/widget.js', { 'accept-encoding': 'gzip', 'if-none-match': known });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', tag]);
    }
    const other = await get('/widget.js', { 'accept-encoding': 'br', 'if-none-match': tag });
    expect([other.statusCode, other.headers.etag === tag]).toEqual([200, false]);
  });

  it('answers HEAD, and no other method', async () => {
    const head = await server.app.inject({ method: 'HEAD', url: '/widget.js' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    const post = await server.app.inject({ method: 'POST', url: '/widget.js' });
    expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('the demo', () => {
  it.each(['/demo', '/demo/pricing', '/demo/features?utm_source=ad', '/demo/nowhere'])(
    'answers its page at %s',
    async (url) => {
      const { statusCode, headers, body } = await get(url);
      expect([statusCode, headers['content-type'], body]).toEqual([
        200,
        'text/html; charset=utf-8',
        expect.stringContaining('<h2'),
      ]);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(body).not.toMatch(/<script>|<style|style=|\son\w+=/);
    },
  );

  it.each([
    ['/demo/demo.js', 'text/javascript; charset=utf-8'],
    ['/demo/demo.css', 'text/css; charset=utf-8'],
  ])('answers %s', async (url, type) => {
    const { statusCode, headers } = await get(url);
    expect([statusCode, headers['content-type'], headers['x-content-type-options']]).toEqual([200, type, 'nosniff']);
  });
});
