import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * A process of its own that accepts every WebSocket and sends the same bytes over it as fast as they are taken:
 * `node attackServer.ts COUNT`, COUNT times at once what the first line of its input says in hexadecimal digits. Prints
 * its address; ends when its input does.
 */
const count = Number(process.argv[2] ?? 1);
let bytes = Buffer.alloc(0);
const server = createServer((_request, response) => response.end());

function flood(socket: Socket): void {
  const more = (): void => {
    if (socket.destroyed) return;
    if (socket.write(bytes)) setImmediate(more);
    else socket.once('drain', () => setImmediate(more));
  };
  more();
}

server.on('upgrade', (request, socket: Socket) => {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.on('error', () => undefined).resume();
  const isPacked = ((bytes[0] ?? 0) & 0x40) !== 0;
  const extension = isPacked ? 'sec-websocket-extensions: permessage-deflate\r\n' : '';
  socket.write(
    `HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: Upgrade\r\nx-perpscope-simulated: 1\r\n${extension}sec-websocket-accept: ${accept}\r\n\r\n`,
  );
  flood(socket);
});
let line = '';
process.stdin.setEncoding('latin1');
process.stdin.on('data', (text: string) => {
  line += text;
  if (!text.endsWith('\n') || bytes.length > 0) return;
  bytes = Buffer.concat(Array.from({ length: count }, () => Buffer.from(line.trim(), 'hex')));
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`ws://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
});
process.stdin.on('end', () => process.exit(0));
