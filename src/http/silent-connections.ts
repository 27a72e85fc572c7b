/**
 * Connections on which nothing was ever asked: browsers open them ahead. The platform counts them neither as idle nor as
 * busy, so a server that closes would wait for each of them until it gives up the request, half a minute or more.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Ends them when the server begins to close. */
export function endSilentConnections(app: FastifyInstance): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  });
}
