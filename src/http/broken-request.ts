/** Answers what is not even HTTP, or too slow, or has headers beyond all measure: below the framework, on the socket. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors.ts';
import { toProblem } from './problem.ts';

class BrokenRequest extends AppError {
  readonly code = 'bad_request';
  constructor(readonly status: number) {
    super('The request could not be read as HTTP.');
  }
}

const STATUS: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Given to the framework as its handler of such requests; ends the connection. @param nextId makes a request id. */
export function answerBrokenRequests(nextId: () => string) {
  return (fault: Error & { code?: string }, socket: Socket): void => {
    if (fault.code === 'ECONNRESET' || !socket.writable) return;
    const { status, body } = toProblem(new BrokenRequest(STATUS[fault.code ?? ''] ?? 400), nextId(), '');
    const text = JSON.stringify(body);
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      `X-Request-Id: ${body.requestId}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  };
}
