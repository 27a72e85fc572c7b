/** A fact one wants to take along: a text with a button that copies it. */
import { CopyButton } from '../parts/copy-button.tsx';

/** @param href makes the text a link. @param what names it in the button's label. */
export function CopiedText({ text, what, href }: CopiedTextProps) {
  return (
    <span className="flex items-start gap-1">
      <span className="foreign min-w-0 py-0.5">
        {href === undefined ? (
          text
        ) : (
          <a href={href} className="underline decoration-control-line underline-offset-2 hover:decoration-current">
            {text}
          </a>
        )}
      </span>
      <CopyButton text={text} what={what} />
    </span>
  );
}

interface CopiedTextProps {
  readonly text: string;
  readonly what: string;
  readonly href?: string;
}
