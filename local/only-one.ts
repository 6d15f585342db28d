import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Takes a folder for this process; false where another process that still runs has it. A socket tells: it ends with its process,
 * however that dies, so a killed run is never mistaken for one that runs. Its path is short, since a socket's may have 107 bytes.
 */
export async function takeFolder(folder: string): Promise<boolean> {
  const path = join(tmpdir(), `drover-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`);
  if (await answers(path)) return false;
  rmSync(path, { force: true });
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end());
    server.once('error', reject);
    server.listen(path, () => resolve(true));
    // It is no reason to go on living.
    server.unref();
  });
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
