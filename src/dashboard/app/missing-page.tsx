/** Shown where an address leads nowhere. */
import { Link } from '@tanstack/react-router';
import { Message } from '../parts/message.tsx';
import { useTitle } from './title.ts';

/** The page, with a way back. */
export function MissingPage() {
  useTitle('Page not found');
  return (
    <div className="p-6">
      <Message icon="search" heading="There is no such page" level="h1">
        <p>The address may be mistyped, or the page has moved.</p>
        <Link to="/visitors" className="btn btn-primary">
          To the visitors
        </Link>
      </Message>
    </div>
  );
}
