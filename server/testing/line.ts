import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a server that can lose whatever is sent over it, as a network does that drops packets. */
export interface Line {
  /** Of the server, by way of the line. */
  readonly url: string;
  /** From now on nothing gets through: no byte, no end of a connection, no new connection. Nobody is told. */
  silence(): void;
  /** What was sent meanwhile arrives after all, since whoever sent it goes on trying. */
  restore(): void;
  close(): Promise<void>;
}

export async function openLine(url: string): Promise<Line> {
  const { hostname: host, port } = new URL(url);
  let silent = false;
  const sockets = new Set<Socket>();
  let held: (() => void)[] = [];
  const whenItPasses = (act: () => void) => (silent ? void held.push(act) : act());

  function carry(from: Socket, to: Socket) {
    sockets.add(from);
    // Half of a connection may end while the other half still has something to say.
    from.on('data', (bytes) => whenItPasses(() => to.write(bytes)));
    from.on('end', () => whenItPasses(() => to.end()));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      whenItPasses(() => to.destroySoon());
    });
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    near.on('error', () => undefined);
    whenItPasses(() => {
      // Whoever rang meanwhile has hung up again.
      if (near.destroyed) return;
      const far = connect({ host, port: Number(port), allowHalfOpen: true });
      carry(near, far);
      carry(far, near);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = new URL(url);
  near.port = String((server.address() as AddressInfo).port);
  return {
    url: near.href,
    silence() {
      silent = true;
    },
    restore() {
      silent = false;
      const late = held;
      held = [];
      for (const act of late) act();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
