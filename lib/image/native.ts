import { refusal } from './refusal.ts';
import type { TarEntry } from './tar.ts';

/** The machine that a native file is for, by its header (elf(5), `e_machine`, little-endian): 62 is x86-64, 183 AArch64. */
const machines: Record<number, string> = { 62: 'amd64', 183: 'arm64' };

function machineOf(content: Uint8Array): string | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < 20 || bytes.readUInt32BE(0) !== 0x7f454c46) return undefined;
  return machines[bytes.readUInt16LE(18)];
}

/** Whose file it is: the package below the last folder of packages (`node_modules/@scope/name`, `packages/name`), or the program itself. */
function packageOf(path: string): string {
  const found = /^.*\/(?:node_modules|packages)\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return found?.[0] ?? path;
}

/**
 * Throws where what was installed or built on this machine does not run on another platform that is asked for: a package has native
 * files, and none of them is for it. Many packages bring those of all platforms, and those of others do no harm.
 */
export function proveArchitecture(files: TarEntry[], architecture: string, here: string): void {
  if (architecture === (here === 'x64' ? 'amd64' : here)) return;
  const found = new Map<string, Set<string>>();
  for (const file of files) {
    const machine = file.kind === 'file' ? machineOf(file.content) : undefined;
    if (machine === undefined) continue;
    const owner = packageOf(file.path);
    found.set(owner, (found.get(owner) ?? new Set()).add(machine));
  }
  for (const [owner, its] of found)
    if (!its.has(architecture)) {
      const name = owner.replace(/^.*\/(?:node_modules|packages)\//, '').replace(/\/$/, '');
      throw refusal(
        `${name} is native and only for ${[...its].join(', ')}: leave it out of the image for linux/${architecture}, or name one platform alone in codebases.yml (platforms)`,
      );
    }
}
