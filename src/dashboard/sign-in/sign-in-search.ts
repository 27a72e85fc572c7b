/** Where somebody wanted to go before they had to sign in. */

/** Parameters of the address. */
export interface SignInSearch {
  /** A path of the dashboard, with its query. */
  readonly from?: string;
}

/** Reads the address. Only paths of the dashboard are taken, so that no link can lead elsewhere after signing in. */
export function signInSearch(given: Readonly<Record<string, unknown>>): SignInSearch {
  const { from } = given;
  if (typeof from !== 'string' || !/^\/(?![/\\])/.test(from) || from.startsWith('/sign-in')) return { from: undefined };
  return { from };
}
