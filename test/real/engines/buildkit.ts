import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../disk/folder.ts';
import { cacheFolder } from './cache-folder.ts';
import { startProcess } from './start-process.ts';

/** Where `test/real/buildkit/build.sh` puts buildkitd, buildctl and docker-buildx. */
export const buildkitFolder = (): string => cacheFolder('buildkit', 'v0.29.0');

/** What is lacking to run BuildKit; undefined where nothing is. */
export function buildkitMissing(): string | undefined {
  if (!existsSync(join(buildkitFolder(), 'buildkitd')))
    return 'BuildKit is not built (npm run test:real builds it; it needs Go)';
  if (!existsSync('/usr/sbin/runc') && !existsSync('/usr/bin/runc'))
    return 'runc is not installed (Debian: apt-get install runc)';
  return process.getuid?.() === 0 ? undefined : 'buildkitd needs root here';
}

/**
 * A builder that has nothing yet, on a socket in a folder of its own. Builds share this machine's network; a registry on the loopback
 * address is spoken to over plain http. `address` is for BUILDKIT_HOST, `programs` for PATH.
 */
export async function startBuildkit(): Promise<{ address: string; programs: string; close: () => Promise<void> }> {
  const folder = temporaryFolder();
  const programs = buildkitFolder();
  const address = `unix://${join(folder, 'buildkitd.sock')}`;
  mkdirSync(join(folder, 'root'));
  const { close } = await startProcess({
    command: join(programs, 'buildkitd'),
    args: [
      ...['--addr', address, '--root', join(folder, 'root'), '--oci-worker-net', 'host'],
      // What it would look for of the machine's own settings.
      ...['--config', '/dev/null', '--containerd-worker=false'],
    ],
    url: address,
  });
  return {
    address,
    programs,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
