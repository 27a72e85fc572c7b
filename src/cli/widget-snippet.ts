/** What goes into a web page so that the widget runs there. */

/** Two tags: a queue that takes calls until the widget has loaded, and the widget itself. @param key publishable. */
export function widgetSnippet(url: string, key: string): string {
  return `<script>
  window.TransactionalSupport = window.TransactionalSupport || function () {
    (window.TransactionalSupport.q = window.TransactionalSupport.q || []).push(arguments);
  };
</script>
<script async src="${url}/widget.js" data-key="${key}"></script>`;
}
