/** What the server says when it is up; on the first start the keys and what to do with them, later how to make one. */
import { snippet } from '../../sdk/widget/snippet.ts';
import type { FirstKeys } from '../services/workspace.ts';

/** What is made up on the first start, and shown this once. */
export interface FirstStart {
  readonly keys: FirstKeys;
  /** Signs in to the dashboard once. */
  readonly signInCode: string;
}

/** @param first null on every later start. */
export function welcome(url: string, first: FirstStart | null): string {
  const demoKey = first ? `?key=${first.keys.publishableKey}` : '';
  const lines = [
    '',
    `  Visitors & Users is running at ${url}`,
    '',
    `    Dashboard    ${url}/dashboard`,
    `    Demo         ${url}/demo${demoKey}`,
    `    API          ${url}/api/support`,
    `    API docs     ${url}/api/support/docs`,
    `    OpenAPI      ${url}/api/support/openapi.json`,
    `    GraphQL      ${url}/graphql`,
    `    Segment      ${url}/v1`,
    `    Health       ${url}/livez  ${url}/readyz  ${url}/metrics`,
    '',
  ];
  return [...lines, ...(first ? firstSteps(url, first) : LATER_STEPS)].join('\n');
}

/** Keys are shown once, so whoever starts it again may have none left. */
const LATER_STEPS = [
  '  No key at hand? Make one. The embedded database is open to one process, so stop this one first:',
  '',
  '    npx transactional-support keys create --name "My key" --scope all',
  '',
];

function firstSteps(url: string, { keys: { publishableKey = '', secretKey = '' }, signInCode }: FirstStart): string[] {
  return [
    '  Your first keys. They are shown this once; keep them:',
    '',
    `    publishable  ${publishableKey}   for web pages: may only send`,
    `    secret       ${secretKey}   for servers: may do everything`,
    '',
    '  Open the dashboard, without typing a key (works once, for a day):',
    '',
    `    ${url}/dashboard/sign-in#code=${signInCode}`,
    '',
    '  Paste this into the head of your pages:',
    '',
    ...snippet({ host: url, key: publishableKey })
      .split('\n')
      .map((line) => `    ${line}`),
    '',
    '  Or send an event by hand, then look who it was:',
    '',
    `    curl -X POST ${url}/api/support/events -H 'X-API-Key: ${publishableKey}' \\`,
    `      -d '{"anonymousId":"first-visitor","name":"hello"}'`,
    `    curl ${url}/api/support/visitors -H 'X-API-Key: ${secretKey}'`,
    '',
  ];
}
