import type { Kubeconfig } from '../../lib/cluster/kubernetes/kubeconfig.ts';
import type { Codebase } from '../../lib/codebase/codebase.ts';
import { writeWhole } from '../disk/write-whole.ts';

/** A credential that a command gives lasts about a quarter of an hour (EKS, GKE), and functions ask for a newer one when it is refused. */
const RENEWED_MS = 300_000;

/**
 * Keeps a kubeconfig as JSON where functions read it, for this user's eyes alone, and renews it while it is open. `write` reads it for
 * another herd; where it throws, that of the last herd is kept.
 */
export function keepKubeconfig(
  path: string,
  read: (codebases: Codebase[]) => Kubeconfig,
  report: (line: string) => void,
) {
  let last: Codebase[] = [];
  const write = (codebases: Codebase[]) => {
    writeWhole(path, JSON.stringify(read(codebases)), 0o600);
    last = codebases;
  };
  const timer = setInterval(() => {
    try {
      write(last);
    } catch (error) {
      report(error instanceof Error ? error.message : String(error));
    }
  }, RENEWED_MS);
  timer.unref();
  return { write, close: async () => clearInterval(timer) };
}
