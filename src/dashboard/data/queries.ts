/** What the pages ask for, each with the key its answer is kept under. The SDK repeats what fails in passing. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { support } from './client.ts';
import { readSession } from './session.ts';

/** How often what is shown is asked for again, in a tab that is looked at. */
const REFRESH_MS = 30_000;

/** Items of a profile's list that are asked for at once. */
const PROFILE_PAGE_SIZE = 50;

/** The query of a list of visitors. */
export type VisitorListQuery = NonNullable<Parameters<typeof support.visitors.list>[0]>;

/** What a list of events shows. */
export type EventType = 'track' | 'page' | 'all';

/** Who is signed in; null: nobody, as long as they do not sign in elsewhere. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => readSession(signal),
    staleTime: ({ state }) => (state.data ? Number.POSITIVE_INFINITY : 0),
  });

/** One page of visitors; the page before stays until it is there. */
export const visitorsQuery = (query: VisitorListQuery) =>
  queryOptions({
    queryKey: ['visitors', query],
    queryFn: ({ signal }) => support.visitors.list(query, { signal }).page(),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

/** One visitor: the head of a profile, and what stands beside it. */
export const visitorQuery = (id: string) =>
  queryOptions({
    queryKey: ['visitor', id],
    queryFn: ({ signal }) => support.query.visitor({ id }, { signal }),
    refetchInterval: REFRESH_MS,
  });

/** A company, with all that is known of it. */
export interface Company {
  readonly id: string;
  /** The customer's own id for it. */
  readonly externalId: string;
  readonly name: string;
  /** When it was first named. RFC 3339. */
  readonly createdAt: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const COMPANY = `query visitorCompany($id: ID!) {
  visitor(id: $id) { company { id externalId name createdAt attributes } }
}`;

/** The company a visitor belongs to, or null. Asked for by the visitor's id, it need not wait for the visitor. */
export const companyQuery = (id: string) =>
  queryOptions({
    queryKey: ['visitor', id, 'company'],
    queryFn: async ({ signal }) => {
      const answer = await support.graphql<{ visitor: { company: Company | null } | null }>(
        COMPANY,
        { id },
        { signal },
      );
      return answer.visitor?.company ?? null;
    },
  });

/** A visitor's sessions, newest first. */
export const sessionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['visitor', id, 'sessions'],
    queryFn: ({ pageParam, signal }) => support.sessions.list(id, from(pageParam), { signal }).page(),
    refetchInterval: REFRESH_MS,
    initialPageParam: null as string | null,
    getNextPageParam: ({ meta }) => meta.nextCursor,
  });

/** A visitor's events, newest first. */
export const eventsQuery = (id: string, type: EventType) =>
  infiniteQueryOptions({
    queryKey: ['visitor', id, 'events', type],
    queryFn: ({ pageParam, signal }) => support.events.list(id, { type, ...from(pageParam) }, { signal }).page(),
    refetchInterval: REFRESH_MS,
    initialPageParam: null as string | null,
    getNextPageParam: ({ meta }) => meta.nextCursor,
  });

/** The notes about a visitor, newest first. */
export const notesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['visitor', id, 'notes'],
    queryFn: ({ pageParam, signal }) => support.notes.list(id, from(pageParam), { signal }).page(),
    refetchInterval: REFRESH_MS,
    initialPageParam: null as string | null,
    getNextPageParam: ({ meta }) => meta.nextCursor,
  });

/** The merges behind a visitor, newest first, undone ones too. */
export const mergesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['visitor', id, 'merges'],
    queryFn: ({ pageParam, signal }) => support.merges.list(id, from(pageParam), { signal }).page(),
    initialPageParam: null as string | null,
    getNextPageParam: ({ meta }) => meta.nextCursor,
  });

function from(cursor: string | null): { readonly limit: number; readonly cursor?: string } {
  return { limit: PROFILE_PAGE_SIZE, ...(cursor !== null && { cursor }) };
}
