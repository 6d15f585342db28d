import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpsApi } from '../../../lib/cluster/kubernetes/https-api.ts';
import type { Kubeconfig } from '../../../lib/cluster/kubernetes/kubeconfig.ts';
import { parseHerd } from '../../../lib/codebase/parse-herd.ts';
import { readKubeconfig } from '../../../local/cluster/read-kubeconfig.ts';
import { droverApi } from '../../../local/demo/drover-api.ts';
import { logToFile } from '../../../local/log-to-file.ts';
import { startStack } from '../../../local/stack.ts';
import { allowDrover } from '../../cluster/printed-role.ts';
import { startKubernetes } from '../../real/kubernetes/start.ts';

/** `chime` is made by drover and put back where it drifts; `bell` is somebody's own Deployment, and has little time. */
const HERD = `
defaults:
  organisation: drover-samples
  environments:
    - name: production
      workloads: [{ container: web }]
      stability: 2s
      rolloutDeadline: 60s
codebases:
  - { name: chime, language: go, environments: [{ name: production, create: true, drift: revert }] }
  - { name: bell, language: go, environments: [{ name: production, rolloutDeadline: 15s }] }
`;

export type Scene = Awaited<ReturnType<typeof setScene>>;

/**
 * A real Kubernetes, and the whole of drover with a kubeconfig of it: builds, registry and records are those of `npm start -- --kubeconfig`.
 * drover's user may do there what `drover access` prints for the herd, and no more.
 */
export async function setScene({ onProblem }: { onProblem: (line: string) => void }) {
  const parsed = parseHerd(HERD);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const kubernetes = await startKubernetes();
  const folder = mkdtempSync(join(tmpdir(), 'drover-journeys-'));
  try {
    logToFile(join(folder, 'functions.log'));
    const admin = httpsApi(kubernetes.admin);
    await allowDrover(admin, parsed.herd);
    const token = await kubernetes.drover.token?.(false);
    const kubeconfig = (): Kubeconfig => {
      const config = readKubeconfig(kubernetes.kubeconfig);
      return { ...config, users: config.users.map(({ name }) => ({ name, user: { token } })) };
    };
    const stack = await startStack({
      folder: join(folder, 'state'),
      clones: join(folder, 'clones'),
      file: parsed.file,
      port: 0,
      intervals: { lease: 30, look: 4, watch: 1, sweep: 1, check: 3 },
      kubeconfig,
      onBuildLine: () => undefined,
      onProblem,
    });
    return {
      kubernetes,
      stack,
      api: droverApi(stack.url, stack.token),
      admin,
      /** Where the registry keeps a codebase's images. */
      repository: (codebase: string) => join(folder, 'state/registry/repositories/drover', codebase),
      /** What was live in each, the last one last. */
      lived: { chime: [] as string[], bell: [] as string[] },
      close: async ({ keep = false } = {}) => {
        await stack.close();
        await kubernetes.close();
        if (!keep) rmSync(folder, { recursive: true, force: true });
        return folder;
      },
    };
  } catch (error) {
    await kubernetes.close();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
