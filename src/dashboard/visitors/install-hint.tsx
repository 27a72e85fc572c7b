/** For a workspace without visitors: how the first one comes. */
import { CopyButton } from '../parts/copy-button.tsx';
import { Message } from '../parts/message.tsx';

/** What to paste into a page. */
const SNIPPET = `<script async src="${location.origin}/widget.js" data-key="pk_…"></script>`;

/** The snippet, and a page to try. */
export function InstallHint() {
  return (
    <Message icon="people" heading="No visitors yet">
      <p>Paste this into your pages, with your publishable key. Whoever opens one of them appears here.</p>
      <div className="panel flex w-full items-center gap-2 bg-base-200 py-1 ps-3 pe-1 text-start">
        <code className="foreign min-w-0 flex-1 font-mono text-xs text-base-content">{SNIPPET}</code>
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
