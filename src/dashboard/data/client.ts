/** The dashboard's client: the SDK as anybody uses it, called as the agent who signed in. */
import { createClient } from '../../../sdk/index.ts';

/** Asks the server the page came from; its cookie says who asks. */
export const support = createClient({ url: location.origin, credentials: 'same-origin' });
