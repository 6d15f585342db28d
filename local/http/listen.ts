import type { Server } from 'node:http';

export type Listening = { port: number; url: string; close: () => Promise<void> };

/** Milliseconds that requests under way get to finish when a server closes. */
const grace = 1_000;

/** Listens on the loopback address unless another is said; port 0 takes a free one. A port that is taken throws a line that says so. */
export async function listen(server: Server, port: number, what: string, host = '127.0.0.1'): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new Error(`${what} cannot listen on ${host === '127.0.0.1' ? '' : `${host}, `}port ${port}: ${error.message}`),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${what} has no port`);
  return { port: address.port, url: `http://${host}:${address.port}`, close: () => shut(server) };
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
