import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Container } from './objects.ts';
import type { PulledImage } from './pull-image.ts';

export type Command = { file: string; args: string[]; cwd: string; env: Record<string, string> };

/**
 * What runs a container as a process of this machine: the image's entrypoint (or the container's command), with paths of the image
 * turned into paths of its unpacked root where they exist there, and the machine's own programs after the image's on PATH.
 * All pods of an image share that root: unlike in a container, what one writes the others see.
 */
export function containerCommand(
  { root, config }: PulledImage,
  container: Container,
  host: { path: string; home: string },
  port: number | undefined,
): Command {
  const { Entrypoint, Cmd, Env, WorkingDir } = config.config;
  const mapped = (path: string) => (path.startsWith('/') && existsSync(join(root, path)) ? join(root, path) : path);
  const line = container.command
    ? [...container.command, ...(container.args ?? [])]
    : [...Entrypoint, ...(container.args ?? Cmd)];
  const [file, ...args] = line.map(mapped);
  if (file === undefined) throw new Error('the image says no command to run');
  // A list of the image's folders, such as PYTHONPATH=/app/packages, is turned into this machine's paths too.
  const mappedAll = (value: string) => (/^\/\w/.test(value) ? value.split(':').map(mapped).join(':') : value);
  const env = Object.fromEntries([
    ...Env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const).map(
      ([name, value]) => [name, name === 'PATH' ? value : mappedAll(value)] as const,
    ),
    ...(container.env ?? []).map(({ name, value }) => [name, value ?? ''] as const),
  ]);
  const imagePath = (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(':').map((folder) => join(root, folder));
  const path = [...imagePath.filter((folder) => existsSync(folder)), dirname(process.execPath), host.path].join(
    delimiter,
  );
  return {
    file,
    args,
    cwd: join(root, container.workingDir ?? WorkingDir),
    env: { HOME: host.home, ...env, PATH: path, ...(port !== undefined && { PORT: String(port) }) },
  };
}
