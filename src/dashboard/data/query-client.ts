/** Keeps what was asked for, and tells when somebody turns out not to be signed in (any more). */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { UnauthenticatedError } from '../../../sdk/index.ts';

/** How long an answer counts as fresh: going back to a list shows it at once. */
const FRESH_MS = 10_000;

/** @param onSignedOut called for every answer that says so. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof UnauthenticatedError) onSignedOut();
  };
  // The SDK tries again by itself, knows what is worth it, and says when there is no connection.
  const ways = { retry: false, networkMode: 'always' } as const;
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { ...ways, staleTime: FRESH_MS }, mutations: ways },
  });
}
