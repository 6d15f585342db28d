import type { Server } from 'node:http';

export type Listening = { port: number; url: string; close: () => Promise<void> };

/** Milliseconds that requests under way get to finish when a server closes. */
const grace = 1_000;

/** Listens on the loopback address only; port 0 takes a free one. A port that is taken throws a line that says so. */
export async function listen(server: Server, port: number, what: string): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`${what} cannot listen on port ${port}: ${error.message}`)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${what} has no port`);
  return { port: address.port, url: `http://127.0.0.1:${address.port}`, close: () => shut(server) };
}

/** Takes no new connection, lets requests under way finish for a second, then cuts them. */
function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
