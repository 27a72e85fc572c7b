/** For a workspace without visitors: how the first one comes. */
import { snippet } from '../../../sdk/widget/snippet.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Message } from '../parts/message.tsx';

const SNIPPET = snippet({ host: location.origin, key: 'pk_…' });

/** The snippet, and a page to try. */
export function InstallHint() {
  return (
    <Message icon="people" heading="No visitors yet">
      <p>Paste this into your pages, with your publishable key. Whoever opens one of them appears here.</p>
      <div className="panel flex w-full items-start gap-2 bg-base-200 p-2 ps-3 text-start">
        <pre className="foreign min-w-0 flex-1 py-1 font-mono text-xs whitespace-pre-wrap text-base-content">
          {SNIPPET}
        </pre>
        <CopyButton text={SNIPPET} what="the snippet" />
      </div>
      <p>
        Or look around on the{' '}
        <a
          href="/demo"
          target="_blank"
          rel="noopener"
          className="font-medium text-tint-content underline underline-offset-2"
        >
          demo page
        </a>{' '}
        and be the first visitor yourself.
      </p>
    </Message>
  );
}
