/** Whoever was merged away is shown under the id that lives on, and that is said. */
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { visitorQuery } from '../data/queries.ts';
import type { ProfileVisitor } from './profile-visitor.ts';

const route = getRouteApi('/frame/visitors/$visitorId');

/** Leads on to the survivor, in place of the address that was asked for. @param asked any id of the person. */
export function useSurvivor(asked: string, visitor: ProfileVisitor | null | undefined): void {
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!visitor || visitor.id === asked) return;
    const { id, redirectedFrom } = visitor;
    queryClient.setQueryData(visitorQuery(id).queryKey, visitor);
    void navigate({
      params: { visitorId: id },
      search: true,
      replace: true,
      state: (before) => ({ ...before, ...(redirectedFrom !== null && { mergedFrom: redirectedFrom }) }),
    });
  }, [asked, visitor, navigate, queryClient]);
}
