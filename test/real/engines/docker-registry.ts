import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { temporaryFolder } from '../../disk/folder.ts';
import { freePort, startProcess } from './start-process.ts';

/** What is lacking to run Debian's registry; undefined where nothing is. */
export const dockerRegistryMissing = (): string | undefined =>
  spawnSync('docker-registry', ['--version']).error
    ? 'docker-registry is not installed (Debian: apt-get install docker-registry)'
    : undefined;

export type DockerRegistry = {
  url: string;
  /** The file that holds a blob. */
  fileOf: (digest: string) => string;
  close: () => Promise<void>;
};

/** Docker's registry 2.8 as Debian ships it, in a folder of its own. */
export async function startDockerRegistry(): Promise<DockerRegistry> {
  const folder = temporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(folder, 'config.yml');
  writeFileSync(
    file,
    stringify({
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: join(folder, 'content') } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const { close } = await startProcess({ command: 'docker-registry', args: ['serve', file], url: `${url}/v2/` });
  return {
    url,
    fileOf: (digest) => {
      const hex = digest.replace('sha256:', '');
      return join(folder, 'content/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    },
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
