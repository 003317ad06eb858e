import { connect, createServer, type Socket } from 'node:net';

/** Whether phones are old and their line is bad: whatever only holds on a quick machine falls over. */
export const SLOW = process.env.SLOW_PHONES !== undefined;

/** How much longer everything takes on a slow phone. */
export const SLOWER_CPU = 4;
/** From the phone to the server, and back again. */
const ONE_WAY_MS = 75;

/** Delays whatever passes. Each piece waits as long, so that they stay in their order. */
function pass(from: Socket, to: Socket): void {
  const later = (run: () => void) => setTimeout(run, ONE_WAY_MS);
  from.on('data', (piece) => later(() => to.writable && to.write(piece)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => later(() => to.destroy()));
}

interface Line {
  readonly origin: string;
  close(): void;
}

/** A bad line to a server. */
export async function slowLine(origin: string): Promise<Line> {
  const { hostname, port } = new URL(origin);
  const open = new Set<Socket>();
  const line = createServer((phone) => {
    const server = connect(Number(port), hostname);
    for (const socket of [phone, server]) {
      open.add(socket.setNoDelay());
      socket.once('close', () => open.delete(socket));
    }
    pass(phone, server);
    pass(server, phone);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  const address = line.address();
  if (address === null || typeof address === 'string') throw new Error('The line has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close() {
      line.close();
      for (const socket of open) socket.destroy();
    },
  };
}
