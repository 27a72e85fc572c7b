/** GraphiQL, the page to try GraphQL on. All of it comes from this server, and no page of another site may frame it. */
import type { GraphiQLOptions } from 'graphql-yoga';

/** The page brings its scripts and styles along in place, and its editor works in files it makes itself. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  'font-src data:',
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with the page. */
export const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const;

/** The page as text. Some megabytes, so it is loaded when somebody asks for it. */
export async function renderGraphiQL(options: GraphiQLOptions | undefined): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql');
  return page.renderGraphiQL(options);
}
