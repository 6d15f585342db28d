import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Access } from '../../../lib/cluster/kubernetes/api.ts';

const run = promisify(execFile);
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const Up = z.object({
  server: z.string(),
  ca: z.string(),
  kubeconfig: z.string(),
  tokens: z.object({ admin: z.string(), drover: z.string() }),
  images: z.object({
    one: z.string(),
    two: z.string(),
    neverReady: z.string(),
    crashing: z.string(),
    otherPlatform: z.string(),
    otherProcessor: z.string(),
  }),
});

/** A part of the cluster that can be killed as a crash would, and started again. */
type Part = 'apiserver' | 'kubelet';

/** A whole Kubernetes of one node that drover did not write. The first start builds it: minutes. */
export async function startKubernetes() {
  const folder = mkdtempSync(join(tmpdir(), 'drover-kubernetes-'));
  const close = async () => {
    await run(script('down.sh'), [folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { stdout } = await run(script('up.sh'), [folder], { maxBuffer: 10_000_000 });
    const { server, ca, kubeconfig, tokens, images } = Up.parse(JSON.parse(stdout));
    const access = (token: string): Access => ({ server, ca: readFileSync(ca, 'utf8'), token: async () => token });
    return {
      admin: access(tokens.admin),
      drover: access(tokens.drover),
      kubeconfig,
      images,
      folder,
      kill: async (part: Part) => void (await run(script('restart.sh'), [folder, part, '--only-kill'])),
      restart: async (part: Part) => void (await run(script('restart.sh'), [folder, part])),
      close,
    };
  } catch (error) {
    await close();
    throw wordsOf(error);
  }
}

/** What the script itself said, where it did: a port that is busy, a program that is missing. */
function wordsOf(error: unknown): unknown {
  const said = z.object({ stderr: z.string().trim().min(1) }).safeParse(error);
  return said.success ? new Error(said.data.stderr, { cause: error }) : error;
}
