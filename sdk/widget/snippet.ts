/** What a customer pastes into their pages: the one place that knows it. */

/** How the snippet is filled in. */
export interface SnippetOptions {
  /** Where the widget is served, without a slash at the end. */
  readonly host: string;
  /** A publishable key. */
  readonly key: string;
}

/**
 * HTML for the head of every page. The script tag alone is enough; the stub before it lets the page call at once, and
 * keeps the calls until the widget is there.
 */
export function snippet({ host, key }: SnippetOptions): string {
  return `<script>
  window.TransactionalSupport = window.TransactionalSupport || function () {
    (TransactionalSupport.q = TransactionalSupport.q || []).push(arguments);
  };
</script>
<script async src="${attribute(host)}/widget.js" data-key="${attribute(key)}"></script>`;
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
