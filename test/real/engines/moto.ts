import { existsSync } from 'node:fs';
import { cacheFolder } from './cache-folder.ts';
import { freePort, startProcess } from './start-process.ts';

const folder = () => cacheFolder('moto-5.2.5');

/** What is lacking to run moto; undefined where nothing is. */
export const motoMissing = (): string | undefined =>
  existsSync(`${folder()}/complete`)
    ? undefined
    : 'moto[server] 5.2.5 is not installed (npm run test:real installs it)';

/** moto's server: AWS's services in Python, by others. Each start is empty. */
export async function startMoto(): Promise<{ url: string; close: () => Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { close } = await startProcess({
    command: `${folder()}/bin/moto_server`,
    args: ['-H', '127.0.0.1', '-p', String(port)],
    environment: { MOTO_ACCOUNT_ID: '123456789012' },
    url: `${url}/moto-api/`,
  });
  return { url, close };
}
