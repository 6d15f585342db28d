import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../disk/folder.ts';
import { startProcess } from './start-process.ts';

/** What is lacking to run Debian's dockerd; undefined where nothing is. */
export function dockerdMissing(): string | undefined {
  if (spawnSync('dockerd', ['--version']).error) return 'dockerd is not installed (Debian: apt-get install docker.io)';
  return process.getuid?.() === 0 ? undefined : 'dockerd needs root';
}

/** What `docker` said, and how it ended. */
export type Said = { code: number | null; out: string; err: string };

/** Docker as Debian ships it, everything of it in a folder of its own: no service, no bridge, no firewall rule of this machine. */
export async function startDockerd(): Promise<{
  address: string;
  docker: (...words: string[]) => Said;
  close: () => Promise<void>;
}> {
  const folder = temporaryFolder();
  const address = `unix://${join(folder, 'docker.sock')}`;
  writeFileSync(join(folder, 'daemon.json'), '{}');
  const { close } = await startProcess({
    command: 'dockerd',
    args: [
      ...['--config-file', join(folder, 'daemon.json'), '--host', address, '--pidfile', join(folder, 'dockerd.pid')],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--bridge', 'none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
    ],
    url: address,
  });
  const docker = (...words: string[]): Said => {
    const { status, stdout, stderr } = spawnSync('docker', ['--host', address, ...words], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder },
    });
    return { code: status, out: stdout, err: stderr };
  };
  return {
    address,
    docker,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
