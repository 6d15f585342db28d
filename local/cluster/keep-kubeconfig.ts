import { writeFileSync } from 'node:fs';
import type { Kubeconfig } from '../../lib/cluster/kubernetes/kubeconfig.ts';

/** A credential that a command gives lasts about a quarter of an hour (EKS, GKE), and functions ask for a newer one when it is refused. */
const RENEWED_MS = 300_000;

/** Keeps a kubeconfig as JSON where functions read it, for this user's eyes alone, and renews it while it is open. */
export function keepKubeconfig(path: string, read: () => Kubeconfig, report: (line: string) => void) {
  const write = () => writeFileSync(path, JSON.stringify(read()), { mode: 0o600 });
  write();
  const timer = setInterval(() => {
    try {
      write();
    } catch (error) {
      report(error instanceof Error ? error.message : String(error));
    }
  }, RENEWED_MS);
  timer.unref();
  return { close: async () => clearInterval(timer) };
}
