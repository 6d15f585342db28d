import { checkMachines } from './check-machines.ts';
import type { EnvironmentFile, HerdFile, WorkloadFile } from './herd-file.ts';
import { didYouMean } from './nearest.ts';
import type { Mistake } from './problem.ts';
import { repositoryOf } from './resolve-herd.ts';

/** What is wrong between the lines of a file whose every line is right: names twice, owners missing, environments unknown. */
export function checkHerd(file: HerdFile): Mistake[] {
  return [...repeatedNames(file), ...repositories(file), ...environments(file), ...checkMachines(file)];
}

function repeatedNames({ codebases }: HerdFile): Mistake[] {
  return codebases.flatMap(({ name }, index) => {
    const first = codebases.findIndex((other) => other.name === name);
    if (first === index) return [];
    const message = `“${name}” is in the list twice (entry ${first + 1} and ${index + 1}); a name is one codebase: remove or rename one`;
    return [{ path: ['codebases', index, 'name'], message }];
  });
}

function repositories({ defaults, codebases }: HerdFile): Mistake[] {
  const owners = new Map<string, string>();
  return codebases.flatMap((codebase, index) => {
    const repository = repositoryOf(codebase, defaults?.organisation);
    const at = ['codebases', index, codebase.repository === undefined ? 'name' : 'repository'];
    if (repository.startsWith('/'))
      return [{ path: at, message: 'no GitHub organisation: write “organisation: …” in defaults, or in this entry' }];
    const owner = owners.get(repository.toLowerCase());
    owners.set(repository.toLowerCase(), owner ?? codebase.name);
    if (owner === undefined || owner === codebase.name) return [];
    const message = `the repository ${repository} is already that of “${owner}”: a push to it would not say which is meant`;
    return [{ path: at, message }];
  });
}

function environments({ defaults, codebases }: HerdFile): Mistake[] {
  const known = defaults?.environments ?? [{ name: 'production' }];
  const names = known.map(({ name }) => name);
  return [
    ...listMistakes(['defaults', 'environments'], defaults?.environments ?? []),
    ...codebases.flatMap((codebase, index) => {
      const path = ['codebases', index, 'environments'];
      const listed = codebase.environments ?? [];
      return [...unknownEnvironments(path, listed, names), ...listMistakes(path, listed)];
    }),
  ];
}

type Item = string | EnvironmentFile;
const nameOf = (item: Item): string => (typeof item === 'string' ? item : item.name);

/** A name refers to an environment of the defaults; one of a codebase's own says its cluster, so that a slip makes none. */
function unknownEnvironments(path: PropertyKey[], listed: readonly Item[], names: string[]): Mistake[] {
  return listed.flatMap((item, index) => {
    const name = nameOf(item);
    if (names.includes(name) || (typeof item !== 'string' && item.cluster !== undefined)) return [];
    const message = `no environment “${name}” in defaults.${didYouMean(name, names)} Known: ${names.join(', ')}; one of its own needs “cluster:”`;
    return [{ path: typeof item === 'string' ? [...path, index] : [...path, index, 'name'], message }];
  });
}

function listMistakes(path: PropertyKey[], listed: readonly Item[]): Mistake[] {
  return listed.flatMap((item, index) => {
    const at = typeof item === 'string' ? [...path, index] : [...path, index, 'name'];
    const twice = listed.findIndex((other) => nameOf(other) === nameOf(item)) !== index;
    const repeated = twice ? [{ path: at, message: `the environment “${nameOf(item)}” is in this list twice` }] : [];
    return [...repeated, ...workloadMistakes([...path, index], item)];
  });
}

function workloadMistakes(path: PropertyKey[], item: Item): Mistake[] {
  if (typeof item === 'string') return [];
  const workloads = item.workloads ?? [];
  // Several containers of one workload may run the image; the same one twice is a slip.
  const keyOf = ({ kind = 'Deployment', name = '', container = '' }: WorkloadFile) => `${kind} ${name} ${container}`;
  return workloads.flatMap((workload, index) => {
    if (workloads.findIndex((other) => keyOf(other) === keyOf(workload)) === index) return [];
    const { name } = workload;
    const message =
      name === undefined ? 'two workloads without a name: name all but one' : `the workload “${name}” is here twice`;
    return [{ path: [...path, 'workloads', index], message }];
  });
}
