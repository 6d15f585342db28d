import { ClusterError } from '../lib/cluster/cluster-error.ts';
import { preflight as lookAt } from '../lib/cluster/kubernetes/preflight.ts';
import type { Codebase, Environment } from '../lib/codebase/codebase.ts';
import type { CliServices } from './services.ts';
import { type TakeWord, Usage } from './usage.ts';

/** What is missing before a first release, one line for each; `code` is 1 where anything is. */
export async function preflight(
  word: TakeWord,
  options: Record<string, string | undefined>,
  services: CliServices,
): Promise<{ text: string; code: 0 | 1 }> {
  const name = word.optional();
  word.end();
  const herd = services.loadHerd(options.herd ?? 'codebases.yml');
  const named = name === undefined ? undefined : herd.byName(name);
  if (name !== undefined && named === undefined) throw new Usage(`there is no codebase ${name} in the herd`);
  const lines: string[] = [];
  let code: 0 | 1 = 0;
  const unreachable = new Map<string, string>();
  const say = (about: string, missing: string[]) => {
    if (missing.length > 0) code = 1;
    lines.push(...(missing.length === 0 ? [`${about}: ready`] : missing.map((line) => `${about}: ${line}`)));
  };
  for (const codebase of named === undefined ? herd.codebases : [named]) {
    say(codebase.name, await registryOf(codebase, services));
    for (const environment of codebase.environments)
      say(`${codebase.name}/${environment.name}`, await clusterOf(environment, services, unreachable));
  }
  return { text: lines.join('\n'), code };
}

async function registryOf({ name }: Codebase, { repositoryExists }: CliServices): Promise<string[]> {
  try {
    return (await repositoryExists(name)) ? [] : [`the registry has no repository drover/${name}: deploy drover first`];
  } catch (error) {
    return [`the registry cannot be asked: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** A cluster that could not be reached is not tried again for each of its targets. */
async function clusterOf(
  environment: Environment,
  { reach }: CliServices,
  unreachable: Map<string, string>,
): Promise<string[]> {
  const { cluster } = environment;
  const known = unreachable.get(cluster);
  if (known !== undefined) return [known];
  try {
    return await lookAt(await reach(cluster), environment);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const line = `cluster ${cluster}: ${error.message}`;
    unreachable.set(cluster, line);
    return [line];
  }
}
