/** REST routes of retention. */
import { retention, retentionBody, retentionReply } from './retention.ts';
import type { RestRoute } from './route.ts';

/** By operation id. */
export const retentionRoutes = {
  getRetention: {
    method: 'GET',
    path: '/retention',
    tag: 'Workspace',
    summary: 'Read how long data is kept',
    description: 'In days, by kind; null is for ever.',
    scope: 'admin',
    answer: { status: 200, data: retention },
    refusals: [],
    example: { answer: { events: 365, pageViews: 90, sessions: 365, conversations: null, visitors: null } },
  },
  updateRetention: {
    method: 'PUT',
    path: '/retention',
    tag: 'Workspace',
    summary: 'Change how long data is kept',
    description:
      'What is not named stays. Older data goes in the night; within a few seconds items that are older are suppressed as `too_old`. With `dryRun` nothing changes and the answer counts what would go now.',
    scope: 'admin',
    body: retentionBody,
    answer: { status: 200, data: retentionReply },
    refusals: [400, 413],
    example: { body: { events: 365, pageViews: 90, dryRun: true } },
  },
} as const satisfies Record<string, RestRoute>;
