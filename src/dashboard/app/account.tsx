/** Who is signed in, and what they can set: colours, keys, signing out. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { sessionQuery } from '../data/queries.ts';
import { signOut } from '../data/session.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Icon } from '../parts/icon.tsx';
import { chooseTheme, readTheme, type Theme } from './preferences.ts';

const THEMES = [
  { id: 'system', label: 'System' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
] as const;

const ITEM =
  'flex min-h-8 cursor-pointer items-center justify-between gap-3 rounded-field px-2 outline-none data-[focused]:bg-base-200';

/** A button with a menu. @param onShowShortcuts opens the list of keys. */
export function Account({ onShowShortcuts }: { readonly onShowShortcuts: () => void }) {
  const { data: session } = useQuery(sessionQuery());
  const queryClient = useQueryClient();
  const router = useRouter();
  const [theme, setTheme] = useState(readTheme);
  const [failed, setFailed] = useState(false);
  const name = session?.name ?? '';

  const leave = async () => {
    try {
      await signOut();
      queryClient.setQueryData(sessionQuery().queryKey, null);
      await router.navigate({ to: '/sign-in' });
      queryClient.clear();
    } catch {
      setFailed(true);
    }
  };
  return (
    <MenuTrigger>
      <Button className="flex h-10 min-w-0 cursor-pointer items-center gap-2 rounded-field px-2 text-start outline-offset-2 hover:bg-base-300/60 lg:w-full">
        <Avatar name={name} seed={session?.name ?? ''} url={null} size="small" />
        <span className="sr-only">Account of </span>
        <span className="sr-only min-w-0 flex-1 lg:not-sr-only">
          <span className="foreign block truncate font-medium">{name}</span>
          <span className="foreign block truncate text-xs text-muted">{session?.keyName}</span>
        </span>
        <Icon name="updown" className="hidden text-muted lg:block" />
      </Button>
      <Popover className="panel w-60 p-1 shadow-lg" placement="top start">
        <Menu className="outline-none" aria-label="Account">
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={(keys) => {
              const [chosen] = [...(keys as Set<Theme>)];
              chooseTheme(chosen ?? 'system');
              setTheme(chosen ?? 'system');
            }}
          >
            <Header className="px-2 py-1.5 text-xs font-medium text-muted">Theme</Header>
            {THEMES.map(({ id, label }) => (
              <MenuItem key={id} id={id} textValue={label} className={ITEM}>
                {({ isSelected }) => (
                  <>
                    {label}
                    {isSelected && <Icon name="check" />}
                  </>
                )}
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className="my-1 border-t border-line" />
          <MenuSection aria-label="More">
            <MenuItem className={ITEM} textValue="Keyboard shortcuts" onAction={onShowShortcuts}>
              Keyboard shortcuts <kbd className="kbd kbd-sm">?</kbd>
            </MenuItem>
            <MenuItem className={ITEM} textValue="Sign out" onAction={() => void leave()}>
              Sign out
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
      {failed && (
        <p role="alert" className="sr-only">
          Signing out did not work. Check your connection and try again.
        </p>
      )}
    </MenuTrigger>
  );
}
