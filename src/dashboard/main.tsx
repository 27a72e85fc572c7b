/** Starts the dashboard in its page. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Clock } from './app/clock.tsx';
import { readTheme, showTheme } from './app/preferences.ts';
import { ShortcutSwitch } from './app/shortcuts.tsx';
import { sessionQuery } from './data/queries.ts';
import { createQueryClient } from './data/query-client.ts';
import { createDashboardRouter, leadToSignIn } from './router.tsx';

showTheme(readTheme());
const queryClient = createQueryClient(() => {
  queryClient.setQueryData(sessionQuery().queryKey, null);
  leadToSignIn(router);
});
const router = createDashboardRouter(queryClient);
const place = document.getElementById('root');
if (!place) throw new Error('The page has no place for the dashboard.');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Clock now={Date.now}>
        <ShortcutSwitch>
          <RouterProvider router={router} />
        </ShortcutSwitch>
      </Clock>
    </QueryClientProvider>
  </StrictMode>,
);
