/** Signing in to the dashboard. Its own routes, not the API's: they are in no OpenAPI document. */
import { z } from 'zod';
import { MAX_AGENT_NAME, MAX_LENGTH } from '../limits.ts';
import { scope } from './key.ts';
import { text, time, wireId } from './text.ts';

/** Where the session is opened, looked at and ended. */
export const SESSION_PATH = '/dashboard/session';

const name = z.string().trim().min(1).max(MAX_AGENT_NAME);

/** The body of POST /dashboard/session: a secret key, or the code of a one-time link, and who it is that signs in. */
export const signInBody = z.union([
  z.strictObject({ key: text(MAX_LENGTH.id), name }),
  z.strictObject({ code: text(MAX_LENGTH.id), name }),
]);
export type SignInBody = z.output<typeof signInBody>;

/** Who is signed in, and what they may do. */
export const dashboardSession = z.object({
  name: z.string().describe("The agent's own name, recorded beside what they do."),
  keyName: z.string(),
  workspaceId: wireId('workspace'),
  scopes: z.array(scope).describe('What the key may do now.'),
  expiresAt: time.describe('Moves on while the session is used.'),
});
export type DashboardSession = z.output<typeof dashboardSession>;
