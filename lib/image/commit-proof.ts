import * as z from 'zod';
import type { Image } from './manifest.ts';
import { fileInTar } from './read-tar.ts';
import { refusal } from './refusal.ts';
import type { TarEntry } from './tar.ts';

/** The label and the file by which an image says which commit it is. */
export const revisionLabel = 'org.opencontainers.image.revision';
const stampPath = (workdir: string): string => `${workdir.replace(/^\/+|\/+$/g, '')}/.drover-commit`.replace(/^\//, '');

/** The stamp that goes into the layer. */
export const stampOf = (workdir: string, commit: string): TarEntry => ({
  kind: 'file',
  path: stampPath(workdir),
  executable: false,
  content: Buffer.from(`${commit}\n`),
});

const Config = z.object({ config: z.object({ Labels: z.record(z.string(), z.string()) }) });

/** Throws unless the finished bytes, read back, say the commit in both places. */
export function proveCommit(image: Image, workdir: string, commit: string): void {
  const stamp = fileInTar(image.layer.tar, stampPath(workdir))?.toString().trim();
  const label = Config.parse(JSON.parse(image.config.bytes.toString())).config.Labels[revisionLabel];
  if (stamp !== commit || label !== commit)
    throw refusal(`the image says ${stamp ?? 'nothing'} and ${label ?? 'nothing'}, not ${commit}: not pushed`);
}
