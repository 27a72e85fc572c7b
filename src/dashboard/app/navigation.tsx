/** The sections of the dashboard. */
import { Link } from '@tanstack/react-router';
import { Icon } from '../parts/icon.tsx';

const ENTRY = 'flex h-9 items-center gap-2 rounded-field px-2 text-muted hover:bg-base-300/60 hover:text-base-content';
const CURRENT = 'bg-base-300/70 font-medium text-base-content!';

/** Links to the sections; the one that is shown says so. */
export function Navigation() {
  return (
    <nav aria-label="Sections">
      <ul className="flex gap-1 lg:flex-col">
        <li>
          <Link to="/visitors" className={ENTRY} activeProps={{ className: CURRENT, 'aria-current': 'page' }}>
            <Icon name="people" />
            Visitors
          </Link>
        </li>
        <li className="hidden sm:block">
          <a href="/api/support/docs" className={ENTRY}>
            <Icon name="book" />
            API reference
          </a>
        </li>
      </ul>
    </nav>
  );
}
