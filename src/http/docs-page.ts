/** The API's description: the OpenAPI document, and a page to read and try it on. Everything comes from this server. */
import helmet from '@fastify/helmet';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi.ts';
import { PREFIX, sendJson } from './replies.ts';

const DOCS = `${PREFIX}/docs`;

/** The page's scripts and styles are files of ours; it sets some styles in place, and its icons are data. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  },
};

/** Ours, in place of the framework's: on the page's dark bar, and small beside its address. */
const MARK = `<rect width="32" height="32" rx="8" fill="#4f46e5"/><path d="M9 10.5A2.5 2.5 0 0 1 11.5 8h9a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5H15l-4.2 3.6a.5.5 0 0 1-.8-.4V20A2.5 2.5 0 0 1 9 17.5z" fill="#fff"/>`;
const SVG = 'image/svg+xml';
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${MARK}</svg>`;
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 32">${MARK}<text x="42" y="22" font-family="system-ui,sans-serif" font-size="18" font-weight="600" fill="#fff">Visitors &amp; Users</text></svg>`;

/** Adds the document, and the way to its page from where the API begins. Anybody may read it, pages of other sites too. */
export async function documentDoor(app: FastifyInstance): Promise<void> {
  const document = openApiDocument();
  app.get(`${PREFIX}/openapi.json`, async (_request, reply) =>
    sendJson(reply.header('access-control-allow-origin', '*'), document),
  );
  for (const start of [PREFIX, `${PREFIX}/`]) app.get(start, async (_request, reply) => reply.redirect(DOCS, 302));
}

/** Adds the page. */
export async function docsPage(app: FastifyInstance): Promise<void> {
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, strictTransportSecurity: false });
  await app.register(ownDocument);
  await app.register(swaggerUi, {
    routePrefix: DOCS,
    uiConfig: { deepLinking: true, displayRequestDuration: true, persistAuthorization: false },
    logo: { type: SVG, content: LOGO, href: DOCS, target: '_self' },
    theme: {
      title: 'Visitors & Users: API',
      favicon: [{ filename: 'icon.svg', rel: 'icon', type: SVG, sizes: 'any', content: ICON }],
    },
  });
}

/** Stands in for the generator the page expects: the document is made from the contract, not from routes. */
async function ownDocument(app: FastifyInstance): Promise<void> {
  app.decorate('swagger', openApiDocument);
}
// How this framework's plugins say their name, and that what they add belongs to whoever registers them.
Object.assign(ownDocument, {
  [Symbol.for('plugin-meta')]: { name: '@fastify/swagger' },
  [Symbol.for('fastify.display-name')]: '@fastify/swagger',
  [Symbol.for('skip-override')]: true,
});
