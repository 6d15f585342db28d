import * as z from 'zod';
import type { Kubeconfig } from '../../lib/cluster/kubernetes/kubeconfig.ts';
import type { Codebase } from '../../lib/codebase/codebase.ts';
import { readKubeconfig } from './read-kubeconfig.ts';

/** The kubeconfig of that file, with a way to every cluster of these codebases. Throws one plain line. */
export function openKubeconfig(file: string, codebases: Codebase[]): Kubeconfig {
  const config = readOrSay(
    file,
    codebases.flatMap(({ environments }) => environments.map(({ cluster }) => cluster)),
  );
  const contexts = config.contexts.map(({ name }) => name);
  const there = contexts.length === 0 ? 'it has no contexts' : `it has: ${contexts.join(', ')}`;
  const current = config['current-context'];
  for (const { name, environments } of codebases)
    for (const { cluster, name: environment } of environments) {
      if (contexts.includes(cluster)) continue;
      // An environment that says no cluster has its own name for one; what a person wrote is not to end up in another cluster.
      if (cluster !== environment)
        throw new Error(
          `The kubeconfig ${file} has no context ${cluster}, the cluster of ${name} in ${environment}; ${there}.`,
        );
      if (!contexts.includes(current))
        throw new Error(`The kubeconfig ${file} has no context ${environment} and no current context; ${there}.`);
    }
  return config;
}

function readOrSay(file: string, clusters: string[]): Kubeconfig {
  try {
    return readKubeconfig(file, clusters);
  } catch (error) {
    throw new Error(`The kubeconfig ${file} cannot be used: ${plain(error)}`, { cause: error });
  }
}

function plain(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not of the shape'}`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return error.message.replace(/^ENOENT: /, '');
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}
