/** The handlers of the privacy routes. No rules here. */
import type { privacyRoutes } from '../contract/privacy-routes.ts';
import { deleteVisitor, getErasure, unsuppressErasure } from '../services/erasure.ts';
import { verifyErasures } from '../services/erasure-receipt.ts';
import { getHold, setHold } from '../services/legal-hold.ts';
import type { Handlers } from './handler.ts';
import { begun, done, one } from './replies.ts';

/** By operation id, as the routes. */
export const privacyHandlers: Handlers<keyof typeof privacyRoutes> = {
  deleteVisitor: async (ctx, { id, query }) => {
    const reply = await deleteVisitor(ctx, id, query);
    return 'erasure' in reply ? begun(reply) : one(reply);
  },
  getHold: async (ctx, { id }) => one(await getHold(ctx, id)),
  setHold: async (ctx, { id, body }) => one(await setHold(ctx, id, body.hold)),
  getErasure: async (ctx, { id }) => one(await getErasure(ctx, id)),
  verifyErasures: async (ctx, { body }) => one(await verifyErasures(ctx, body)),
  unsuppressErasure: async (ctx, { id }) => {
    await unsuppressErasure(ctx, id);
    return done;
  },
};
