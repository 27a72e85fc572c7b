/** Why signing in did not work, and what to do about it. */
import { SignInRefusal } from '../data/session.ts';

/** What is wrong, and beside which input it is said; null: below them. */
export interface Fault {
  readonly field: 'key' | 'name' | null;
  readonly text: string;
  /** The one-time link is of no use any more. */
  readonly endsCode?: boolean;
}

/** @param thrown by signing in. */
export function faultOf(thrown: unknown): Fault {
  if (!(thrown instanceof SignInRefusal)) {
    return { field: null, text: 'The server could not be reached. Check your connection and try again.' };
  }
  const { status, code, pointer, message, requestId } = thrown;
  if (code === 'sign_in_code_invalid') {
    const text = 'This sign-in link was used before or has expired. Ask for a new one, or sign in with a secret key.';
    return { field: null, text, endsCode: true };
  }
  if (pointer === '/name') return { field: 'name', text: message };
  if (pointer === '/key') {
    return { field: 'key', text: 'This key can only send. Use a secret key: it begins with sk_.' };
  }
  if (status === 401) {
    return { field: 'key', text: 'This key is unknown, expired or revoked. Check that you copied all of it.' };
  }
  if (status === 429) return { field: null, text: 'Too many tries. Wait a minute and try again.' };
  return { field: null, text: requestId === null ? message : `${message} (request ${requestId})` };
}
