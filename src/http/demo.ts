/** The demo: a small site of its own with the widget on it, to try every call and see what is sent. */
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { NotFound } from '../errors.ts';
import { type Asset, readAsset, sendAsset } from './asset.ts';
import type { Doors } from './doors.ts';

/** All it has and does comes from this server; nothing is written in place. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
};

const FILES = { 'demo.js': 'text/javascript; charset=utf-8', 'demo.css': 'text/css; charset=utf-8' } as const;

/** Adds /demo: its files by name, and its page at every other address below, which the page itself tells apart. */
export async function demoDoor(app: FastifyInstance, { browserFiles }: Pick<Doors, 'browserFiles'>): Promise<void> {
  const file = (name: string, type: string) => readAsset(join(browserFiles, 'demo', name), type);
  const page = await file('index.html', 'text/html; charset=utf-8');
  const files = new Map<string, Asset | null>();
  for (const [name, type] of Object.entries(FILES)) files.set(name, await file(name, type));
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, strictTransportSecurity: false });
  for (const url of ['/demo', '/demo/*']) {
    app.get<{ Params: { '*'?: string } }>(url, async (request, reply) => {
      const asset = files.get(request.params['*'] ?? '') ?? page;
      if (!asset) throw new NotFound('The demo has not been built: npm run build makes it.');
      return sendAsset(request, reply.header('cache-control', 'no-cache'), asset);
    });
  }
}
