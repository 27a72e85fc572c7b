/** The list of keys, opened with `?`; single keys can be switched off there. */
import { Dialog, Heading, Modal, ModalOverlay, Switch } from 'react-aria-components';
import { Icon } from '../parts/icon.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { useShortcutSwitch } from './shortcuts.tsx';

const KEYS = [
  { keys: ['/'], does: 'Search' },
  { keys: ['j', '↓'], does: 'Next visitor' },
  { keys: ['k', '↑'], does: 'Previous visitor' },
  { keys: ['Enter'], does: 'Open the visitor' },
  { keys: ['Esc'], does: 'Clear the search, close what is open' },
  { keys: ['?'], does: 'Show these keys' },
] as const;

/** Shown while `isOpen`. */
export function ShortcutHelp({ isOpen, onOpenChange }: ShortcutHelpProps) {
  const { isOn, turn } = useShortcutSwitch();
  return (
    <ModalOverlay
      isDismissable
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      className="fixed inset-0 z-40 flex items-center justify-center bg-black/40 p-4"
    >
      <Modal className="panel max-h-full w-full max-w-md overflow-auto shadow-xl">
        <Dialog className="p-5 outline-none">
          {({ close }) => (
            <>
              <div className="flex items-center justify-between gap-4">
                <Heading slot="title" className="text-base font-semibold">
                  Keyboard shortcuts
                </Heading>
                <IconButton label="Close" onPress={close}>
                  <Icon name="close" />
                </IconButton>
              </div>
              <dl className="mt-3 divide-y divide-line">
                {KEYS.map(({ keys, does }) => (
                  <div key={does} className="flex items-center justify-between gap-4 py-2">
                    <dt className="order-2 flex gap-1">
                      {keys.map((key) => (
                        <kbd key={key} className="kbd kbd-sm">
                          {key}
                        </kbd>
                      ))}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
              <Switch isSelected={isOn} onChange={turn} className="group mt-4 flex cursor-pointer items-center gap-3">
                <span className="flex h-5 w-9 items-center rounded-full border border-control-line bg-base-300 p-0.5 transition-colors group-data-[selected]:border-primary group-data-[selected]:bg-primary group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-primary">
                  <span className="size-3.5 rounded-full bg-base-content transition-transform group-data-[selected]:translate-x-4 group-data-[selected]:bg-primary-content" />
                </span>
                Single-key shortcuts
              </Switch>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ShortcutHelpProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}
