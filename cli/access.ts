import { accessManifests } from '../infra/access-manifests.ts';
import type { CliServices } from './services.ts';
import type { TakeWord } from './usage.ts';

/** What each cluster of the herd must be told, as YAML whose comments are the commands to run beside it. */
export async function access(
  word: TakeWord,
  options: Record<string, string | undefined>,
  { loadHerd }: CliServices,
): Promise<string> {
  word.end();
  const herd = loadHerd(options.herd ?? 'codebases.yml');
  return accessManifests(herd, options['worker-role'])
    .map(({ cluster, command, manifests }) => `# Cluster ${cluster}\n# ${command}\n${manifests}`)
    .join('---\n')
    .trimEnd();
}
