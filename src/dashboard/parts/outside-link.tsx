/** A link to an address that somebody sent: only to the web, without telling where from; else plain text. */
import { webAddress } from './text.ts';

/** @param address as it was sent. @param text shown instead of it. */
export function OutsideLink({ address, text = address }: { readonly address: string; readonly text?: string }) {
  const href = webAddress(address);
  if (href === null) return <span className="foreign">{text}</span>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="foreign underline decoration-control-line underline-offset-2 hover:decoration-current"
    >
      {text}
    </a>
  );
}
