/** The browser widget, for pages of any site. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { NotFound } from '../errors.ts';
import { readAsset, sendAsset } from './asset.ts';
import type { Doors } from './doors.ts';

/** How long a page may run a widget that has been replaced; after that it is asked for again, by its tag. */
const FRESH_SECONDS = 300;
const STALE_SECONDS = 3600;

/** Any site may load it, also one that isolates itself from others. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': `public, max-age=${FRESH_SECONDS}, stale-while-revalidate=${STALE_SECONDS}`,
};

/** The files: what every page loads, and what it loads when a conversation is first asked for. */
const FILES = ['widget.js', 'widget-live.js'];

/** Adds them. */
export async function widgetDoor(app: FastifyInstance, { browserFiles }: Pick<Doors, 'browserFiles'>): Promise<void> {
  for (const name of FILES) {
    const file = await readAsset(join(browserFiles, name), 'text/javascript; charset=utf-8');
    app.get(`/${name}`, async (request, reply) => {
      if (!file) throw new NotFound('The widget has not been built: npm run build makes it.');
      return sendAsset(request, reply.headers(HEADERS), file);
    });
  }
}
