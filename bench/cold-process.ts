import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { archive } from '../infra/archive.ts';
import { bundle } from '../infra/bundle.ts';
import { packaged, root, unpack } from './packaged.ts';

const Measured = z.object({
  import: z.number(),
  call: z.number(),
  cpu: z.number(),
  status: z.number(),
  body: z.string().optional(),
});
/** Of one cold process, in milliseconds: by the clock, and (`cpu`) of processor time for both. */
export type Measured = Pick<z.infer<typeof Measured>, 'import' | 'call' | 'cpu'>;

/** A function unpacked where a process can import it. */
export type Unpacked = { module: string; folder: string; zipBytes: number };

/** A packaged function, in a folder under `work`. */
export async function unpackFunction(work: string, name: string): Promise<Unpacked> {
  const zip = (await packaged()).find((one) => one.name === name)?.zip;
  if (zip === undefined) throw new Error(`there is no ${name} among the packaged functions`);
  return unpacked(work, name, zip);
}

/** A file of this folder as a function: bundled and zipped as packaging does it. */
export async function unpackOwn(work: string, name: string): Promise<Unpacked> {
  const code = await bundle(join(root, 'bench', `${name}.ts`));
  return unpacked(work, name, await archive({ [`functions/${name}.mjs`]: code }));
}

function unpacked(work: string, name: string, zip: Uint8Array): Unpacked {
  const folder = join(work, name);
  mkdirSync(folder);
  unpack(zip, folder);
  return { module: join(folder, 'functions', `${name}.mjs`), folder, zipBytes: zip.length };
}

/** Makes what runs an unpacked function in a new process, once, in its own folder as Lambda does. Throws on another status. */
export async function coldProcesses(work: string, env: Record<string, string>) {
  const program = join(work, 'first-call.mjs');
  const eventFile = join(work, 'event.json');
  writeFileSync(program, await bundle(join(root, 'bench/first-call.ts')));
  return {
    next: (event: object) => writeFileSync(eventFile, JSON.stringify(event)),
    run: async ({ module, folder }: Unpacked, status: number): Promise<Measured> => {
      const args = [program, module, eventFile];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
      const measured = Measured.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
      if (measured.status !== status) throw new Error(`answered ${measured.status}, not ${status}: ${measured.body}`);
      return measured;
    },
  };
}
