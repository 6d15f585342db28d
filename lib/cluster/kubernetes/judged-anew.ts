import { ClusterError } from '../cluster-error.ts';

/** Kubernetes' own controllers write a workload's status at any time, of a new one several times within 0.2 s: most conflicts are theirs. */
const TRIES = 10;

/** Does again what ended in a conflict, from its reading on; after ten it is thrown, to be tried later. */
export async function judgedAnew<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ClusterError && error.code === 'conflict') || tries === TRIES) throw error;
    }
  }
}
