/** GET /api/support/exports/{token}: a file that may be fetched once, by whoever has the link. */
import type { FastifyInstance } from 'fastify';
import { readId } from '../normalise/outside.ts';
import { openExportLink } from '../services/export-link.ts';
import type { Doors } from './doors.ts';
import { sendFile } from './file-reply.ts';
import { PREFIX } from './replies.ts';

/** Adds the address. Only GET: looking whether something is there must not use it up. */
export async function exportLinkDoor(app: FastifyInstance, doors: Doors): Promise<void> {
  app.get<{ Params: { token: string } }>(
    `${PREFIX}/exports/:token`,
    { exposeHeadRoute: false },
    async (request, reply) => {
      const file = await openExportLink(doors, readId(request.params.token));
      return sendFile(doors.log, request, reply, { file });
    },
  );
}
