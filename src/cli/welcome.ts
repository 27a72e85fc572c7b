/** What the server says when it is up, and once more on the first start: the keys, and a first call to try. */
import { snippet } from '../../sdk/widget/snippet.ts';
import type { FirstKeys } from '../services/workspace.ts';

/** @param keys made up on this start; null on every later one. */
export function welcome(url: string, keys: FirstKeys | null): string {
  const lines = [
    '',
    `  Visitors & Users is running at ${url}`,
    '',
    `    API          ${url}/api/support`,
    `    API docs     ${url}/api/support/docs`,
    `    OpenAPI      ${url}/api/support/openapi.json`,
    `    GraphQL      ${url}/graphql`,
    `    Demo         ${url}/demo`,
    `    Segment      ${url}/v1`,
    `    Health       ${url}/livez  ${url}/readyz  ${url}/metrics`,
    '',
  ];
  return [...lines, ...(keys ? firstKeys(url, keys) : [])].join('\n');
}

function firstKeys(url: string, { publishableKey = '', secretKey }: FirstKeys): string[] {
  return [
    '  Your first keys. They are shown this once; keep them:',
    '',
    `    publishable  ${publishableKey}   for web pages: may only send`,
    `    secret       ${secretKey}   for servers: may do everything`,
    '',
    '  Paste this into the head of your pages, or try it first:',
    '',
    ...snippet({ host: url, key: publishableKey })
      .split('\n')
      .map((line) => `    ${line}`),
    `    ${url}/demo?key=${publishableKey}`,
    '',
    '  Send an event, then look who it was:',
    '',
    `    curl -X POST ${url}/api/support/events -H 'X-API-Key: ${publishableKey}' \\`,
    `      -d '{"anonymousId":"first-visitor","name":"hello"}'`,
    `    curl ${url}/api/support/visitors -H 'X-API-Key: ${secretKey}'`,
    '',
  ];
}
