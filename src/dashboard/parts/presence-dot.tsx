/** Green while somebody is here, grey when not; said in words too. */

/** The dot. */
export function PresenceDot({ isOnline }: { readonly isOnline: boolean }) {
  const word = isOnline ? 'Online' : 'Offline';
  return (
    <span title={word} className="inline-flex shrink-0">
      <span aria-hidden="true" className={`size-2 rounded-full ${isOnline ? 'bg-success' : 'bg-idle'}`} />
      <span className="sr-only">{word}</span>
    </span>
  );
}
