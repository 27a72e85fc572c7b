/** One value that somebody sent, shown as what it is. */
import { OutsideLink } from './outside-link.tsx';
import { counted, isVisible, spelled, webAddress } from './text.ts';
import { momentText } from './time-text.ts';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** Texts longer than this are folded. */
const LONG = 280;
/** As much of them is shown all the same. */
const BEGINNING = 100;

/** @param value any JSON value. */
export function Value({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined) return <span className="text-muted">null</span>;
  if (typeof value === 'boolean' || typeof value === 'number') {
    return <span className="text-tint-content tabular-nums">{String(value)}</span>;
  }
  if (typeof value === 'string') return <TextValue text={value} />;
  if (Array.isArray(value)) return <Folded summary={counted(value.length, 'item')} text={indented(value)} />;
  return <Folded summary={counted(Object.keys(value).length, 'key')} text={indented(value)} />;
}

function TextValue({ text }: { readonly text: string }) {
  if (!isVisible(text)) return <code className="foreign text-muted">{spelled(text)}</code>;
  if (ISO_TIME.test(text)) {
    return (
      <time dateTime={text} title={text} className="foreign">
        {momentText(text)}
      </time>
    );
  }
  if (text.length > LONG) return <Folded summary={`${text.slice(0, BEGINNING)}…`} text={text} />;
  if (webAddress(text) !== null) return <OutsideLink address={text} />;
  return <span className="foreign whitespace-pre-wrap">{text}</span>;
}

function Folded({ summary, text }: { readonly summary: string; readonly text: string }) {
  return (
    <details>
      <summary className="foreign min-h-6 w-fit cursor-pointer rounded-selector break-all text-muted">
        {summary}
      </summary>
      <pre className="foreign mt-1 rounded-field bg-base-200 p-2 font-mono text-xs whitespace-pre-wrap">{text}</pre>
    </details>
  );
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
