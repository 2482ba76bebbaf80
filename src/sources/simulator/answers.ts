import type { ServerResponse } from 'node:http';
import type { InterceptedCall } from './interceptor.ts';
import { SIMULATED_HEADER, type WireExchange, type WireRequest } from './wire/shared.ts';

/** Returns a request with what its exchange answers and how it sends that. */
export function answersTo(
  wire: WireExchange,
  request: WireRequest,
  response: ServerResponse,
): InterceptedCall {
  const { method = 'GET', nowMs } = request;
  const isTaken = method === 'GET' || (wire.methods ?? []).includes(method);
  const head: InterceptedCall['head'] = (status, headers) =>
    void response.writeHead(status, {
      'content-type': 'application/json',
      // Against which a Retry-After that is a date is measured.
      date: new Date(nowMs).toUTCString(),
      [SIMULATED_HEADER]: '1',
      ...headers,
    });
  return {
    wire,
    request,
    response,
    answer: (other = request) =>
      isTaken ? wire.answer(other) : { status: 405, body: { message: `Method ${method} not allowed` } },
    head,
    send({ status, body }, headers) {
      // A text is no JSON but a file, for example of comma-separated values.
      const isFile = status === 200 && typeof body === 'string';
      head(status, isFile ? { 'content-type': 'text/csv', ...headers } : headers);
      response.end(isFile ? body : JSON.stringify(body));
    },
  };
}
