/** REST routes of exports. The link that GraphQL makes has no key, so it is no row of a table of routes with scopes. */
import { exportQuery, visitorExport } from './export.ts';
import type { RestRoute } from './route.ts';

/** By operation id. */
export const exportRoutes = {
  exportVisitor: {
    method: 'GET',
    path: '/visitors/{id}/export',
    tag: 'Privacy',
    summary: 'Export everything that is stored about a visitor',
    description:
      'A file, written while it is sent: JSON, or a zip of one CSV table per kind with a manifest. When the visitor is deleted or anonymized meanwhile it ends in the middle, and is neither JSON nor a zip.',
    scope: 'privacy:write',
    query: exportQuery,
    answer: { status: 200, data: visitorExport, redirects: true, files: ['application/zip'] },
    refusals: [404],
  },
} as const satisfies Record<string, RestRoute>;
