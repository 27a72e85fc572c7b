/** /dashboard: the agents' app as the build made it. Its files alone are served; every other address is the app's own. */
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import helmet from '@fastify/helmet';
import serveFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnknownRoute } from '../errors.ts';

const PATH = '/dashboard';
const PAGE = 'index.html';
/** Where the build puts what has its hash in its name. */
const HASHED = 'assets/';
const HASHED_DAYS = '365d';

const NOT_BUILT = `<!doctype html><html lang="en"><title>The dashboard is not built</title>
<h1>The dashboard is not built</h1>
<p>Stop the server and start it with <code>npm start</code>, which builds it, or run
<code>npm run build:dashboard</code> and load this page again.</p>
</html>`;

/** Adds the app, and the way to it from `/`. @param folder where the build is, or will be. */
export async function dashboardDoor(app: FastifyInstance, folder: string): Promise<void> {
  const files = new Files(folder);
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    enableCSPNonces: true,
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(serveFiles, { root: folder, serve: false, index: false });

  app.get('/', async (_request, reply) => reply.redirect(PATH, 302));
  app.get(PATH, (_request, reply) => sendPage(files, reply));
  app.get<{ Params: { '*': string } }>(`${PATH}/*`, async (request, reply) => {
    const path = request.params['*'];
    if (path !== PAGE && (await files.have(path))) return sendFile(reply, path);
    if (path === '' || (!path.startsWith(HASHED) && isNavigation(request))) return sendPage(files, reply);
    throw new UnknownRoute('The dashboard has no such file.');
  });
}

/**
 * Scripts and sheets are files of ours, or bear the nonce of this one answer, which is added to both. A component may
 * set styles on its elements.
 */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'style-src-attr': ["'unsafe-inline'"],
    'connect-src': ["'self'"],
    'font-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'https:'],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
};

/** What was built, by name: a path that is not on the list is no file, however it is written. */
class Files {
  #names: ReadonlySet<string> = new Set();
  #page: string | null = null;

  constructor(readonly folder: string) {}

  async have(path: string): Promise<boolean> {
    if (this.#names.size === 0) this.#names = await namesUnder(this.folder);
    return this.#names.has(path);
  }

  /** Read anew each time: it is small, and a build may have replaced it. Null: there is none. */
  async page(): Promise<string | null> {
    const page = await readFile(join(this.folder, PAGE), 'utf8').catch(() => null);
    // Another page names other files.
    if (page !== this.#page) this.#names = new Set();
    this.#page = page;
    return page;
  }
}

async function namesUnder(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return new Set(
    files.map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    ),
  );
}

function sendFile(reply: FastifyReply, path: string): FastifyReply {
  if (path.startsWith(HASHED)) return reply.sendFile(path, { maxAge: HASHED_DAYS, immutable: true });
  return reply.header('cache-control', 'no-cache').sendFile(path, { cacheControl: false });
}

async function sendPage(files: Files, reply: FastifyReply): Promise<FastifyReply> {
  const page = await files.page();
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
  if (page === null) return reply.code(503).send(NOT_BUILT);
  // Where component libraries look for it.
  const meta = `<meta property="csp-nonce" nonce="${reply.cspNonce.style}">`;
  return reply.send(page.replace(/<head>/i, (head) => head + meta));
}

/** Somebody goes to a page; scripts and images that are missing must not be answered with one. */
function isNavigation({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
}
