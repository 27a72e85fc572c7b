/** The REST route that anonymizes a visitor. */
import { anonymizeBody, anonymizeReply } from './anonymize.ts';
import type { RestRoute } from './route.ts';

/** By operation id; part of `restRoutes`. */
export const anonymizeRoutes = {
  anonymizeVisitor: {
    method: 'POST',
    path: '/visitors/{id}/anonymize',
    tag: 'Privacy',
    summary: 'Anonymize a visitor',
    description:
      'Who they are goes, what was done and said stays. Items dated before are suppressed afterwards, later ones make a new visitor. With `dryRun` nothing changes, and `replaced` says what would.',
    scope: 'privacy:write',
    body: anonymizeBody,
    answer: { status: 200, data: anonymizeReply },
    refusals: [400, 404, 409, 413],
  },
} as const satisfies Readonly<Record<string, RestRoute>>;
