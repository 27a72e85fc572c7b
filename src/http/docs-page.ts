/** The API's description: the OpenAPI document, and a page to read and try it on. Everything comes from this server. */
import helmet from '@fastify/helmet';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi.ts';
import { PREFIX, sendJson } from './replies.ts';

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

/** Adds the document. Anybody may read it, pages of other sites too. */
export async function documentDoor(app: FastifyInstance): Promise<void> {
  const document = openApiDocument();
  app.get(`${PREFIX}/openapi.json`, async (_request, reply) =>
    sendJson(reply.header('access-control-allow-origin', '*'), document),
  );
}

/** Adds the page. */
export async function docsPage(app: FastifyInstance): Promise<void> {
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, strictTransportSecurity: false });
  await app.register(ownDocument);
  await app.register(swaggerUi, {
    routePrefix: `${PREFIX}/docs`,
    uiConfig: { deepLinking: true, displayRequestDuration: true, persistAuthorization: false },
    theme: { title: 'Visitors & Users: API' },
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
