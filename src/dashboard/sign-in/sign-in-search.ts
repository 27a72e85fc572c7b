/** Where somebody wanted to go before they had to sign in. */

/** Parameters of the address. */
interface SignInSearch {
  /** A path of the dashboard, with its query. */
  readonly from?: string;
}

/** Reads the address. Only paths of the dashboard are taken, so that no link can lead elsewhere after signing in. */
export function signInSearch(given: Readonly<Record<string, unknown>>): SignInSearch {
  const { from } = given;
  if (typeof from !== 'string' || !from.startsWith('/') || from.startsWith('/sign-in')) return { from: undefined };
  // As a browser reads it: dots lead upwards, and a backslash is a slash.
  const { pathname } = new URL(`/dashboard${from}`, 'http://localhost');
  return { from: pathname.startsWith('/dashboard/') && !pathname.includes('//') ? from : undefined };
}
