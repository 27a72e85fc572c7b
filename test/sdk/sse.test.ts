/** Server-sent events come out the same however the stream was cut. */
import { describe, expect, it } from 'vitest';
import { EventReader } from '../../sdk/sse.ts';

const read = (...pieces: readonly string[]) => {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.push(piece));
};

describe('events', () => {
  const text =
    ':\n\nevent: next\ndata: {"a":1}\n\n: ping\n\nevent:next\ndata:{"b":\ndata: 2}\n\nevent: complete\ndata\n\n';
  const events = [
    { event: 'next', data: '{"a":1}' },
    { event: 'next', data: '{"b":\n2}' },
    { event: 'complete', data: '' },
  ];

  it.each(['\n', '\r\n', '\r'])('are read with lines that end in %j, comments left out', (end) => {
    // A last CR may be half of a CRLF, so one more line has to begin.
    expect(read(`${text.replaceAll('\n', end)}:`)).toEqual(events);
  });

  it.each(['\n', '\r\n'])('are read wherever the stream is cut in two (%j)', (end) => {
    const whole = text.replaceAll('\n', end);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      expect(read(whole.slice(0, cut), whole.slice(cut))).toEqual(events);
    }
  });

  it('wait for their end', () => {
    expect(read('event: next\ndata: 1\n')).toEqual([]);
    expect(read('event: next\ndata: 1\n', '\n')).toHaveLength(1);
  });

  it('are messages without a name', () => {
    expect(read('data: 1\n\n')).toEqual([{ event: 'message', data: '1' }]);
  });
});
