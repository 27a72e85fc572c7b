/** Answers 405 with `Allow` where an address exists but not for this method. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { MethodNotAllowed } from '../errors.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const satisfies HTTPMethods[];

/** Notes every address that is opened after this call; the returned function closes the rest of their methods. */
export function watchMethods(app: FastifyInstance): () => void {
  const allowed = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = allowed.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    allowed.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...allowed]) {
      const refused = METHODS.filter((method) => !methods.has(method));
      // A wildcard serves files: what is not one of them is an unknown address.
      if (refused.length === 0 || url.includes('*')) continue;
      const answered = METHODS.filter((method) => methods.has(method));
      app.route({
        method: refused,
        url,
        onRequest: async () => {
          throw new MethodNotAllowed(answered);
        },
        handler: async () => undefined,
      });
    }
  };
}
