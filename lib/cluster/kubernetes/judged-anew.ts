import { ClusterError } from '../cluster-error.ts';

/** Kubernetes' own controllers write a workload's status at any time: most conflicts are theirs, and gone when it is read again. */
const TRIES = 3;

/** Does again what ended in a conflict, from its reading on; after three it is thrown, to be tried later. */
export async function judgedAnew<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ClusterError && error.code === 'conflict') || tries === TRIES) throw error;
    }
  }
}
