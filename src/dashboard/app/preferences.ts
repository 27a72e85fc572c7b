/** What this browser remembers of an agent's taste: nothing else is ever stored by the page. */

/** The colours: the system's, or one of ours. */
export type Theme = 'system' | 'light' | 'dark';

const THEME = 'theme';
const SHORTCUTS = 'shortcuts';

/** The colours that were chosen. */
export function readTheme(): Theme {
  const text = read(THEME);
  return text === 'light' || text === 'dark' ? text : 'system';
}

/** Chooses colours, and shows them. */
export function chooseTheme(theme: Theme): void {
  write(THEME, theme === 'system' ? null : theme);
  showTheme(theme);
}

/** Shows colours: the stylesheet follows the attribute, else the system. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Whether single keys do something; they do unless they were switched off. */
export function readShortcuts(): boolean {
  return read(SHORTCUTS) !== 'off';
}

/** Switches single keys on or off. */
export function chooseShortcuts(isOn: boolean): void {
  write(SHORTCUTS, isOn ? null : 'off');
}

/** Browsers may refuse storage altogether. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // Then it holds until the page is left.
  }
}
