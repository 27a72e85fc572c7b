/** What stands around every page of somebody who is signed in: where one can go, who one is, and the page itself. */
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Account } from './account.tsx';
import { Navigation } from './navigation.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { useShortcuts } from './shortcuts.tsx';

/** The frame, with the page of the address in it. */
export function Frame() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const page = useFocusOnNewPage();
  useShortcuts(
    useMemo(
      () => ({
        '?': () => {
          setHelpOpen(true);
          return true;
        },
      }),
      [],
    ),
  );
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href="#page"
        className="sr-only z-50 rounded-field bg-base-100 px-3 py-2 font-medium focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
      >
        Skip to the page
      </a>
      <header className="sticky top-0 z-30 flex h-14 items-center gap-3 border-b border-line bg-base-200 px-3 lg:h-dvh lg:flex-col lg:items-stretch lg:gap-6 lg:border-e lg:border-b-0 lg:p-3">
        <p className="flex items-center gap-2 font-semibold lg:px-2 lg:pt-2">
          <img src={ICON} alt="" width="22" height="22" />
          Support
        </p>
        <Navigation />
        <div className="ms-auto min-w-0 lg:ms-0 lg:mt-auto">
          <Account onShowShortcuts={() => setHelpOpen(true)} />
        </div>
      </header>
      <main id="page" ref={page} tabIndex={-1} className="min-w-0">
        <Outlet />
      </main>
      <ShortcutHelp isOpen={isHelpOpen} onOpenChange={setHelpOpen} />
    </div>
  );
}

const ICON = new URL('../icon.svg', import.meta.url).href;

/** Whoever follows a link stands at the beginning of the page it leads to, with the keyboard and a screen reader too. */
function useFocusOnNewPage() {
  const page = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    page.current?.focus({ preventScroll: true });
  }, [pathname]);
  return page;
}
