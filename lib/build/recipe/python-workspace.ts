import { refusal } from '../../image/refusal.ts';
import { type Pyproject, readPyproject } from './python.ts';

/** A package of a uv workspace and its folder (https://docs.astral.sh/uv/concepts/projects/workspaces/). */
export type Member = { folder: string; name: string };

/**
 * The packages that the one named stands on, each after those that it stands on itself, and that one last; the root alone where none is
 * named. `folders` are those with a pyproject.toml. Throws one line where there is no such package.
 */
export function pythonWorkspace(
  read: (path: string) => string | undefined,
  folders: readonly string[],
  named: string | undefined,
): Member[] {
  const all = folders.flatMap((folder) => {
    const pyproject = readPyproject(read(folder === '.' ? 'pyproject.toml' : `${folder}/pyproject.toml`));
    const name = nameOf(pyproject);
    return name === undefined ? [] : [{ folder, name, pyproject }];
  });
  if (named === undefined) return [{ folder: '.', name: '' }];
  const word = named.replace(/^\.\/|\/$/g, '');
  const ends = all.filter(({ folder }) => folder.endsWith(`/${word}`));
  const service =
    all.find(({ folder, name }) => folder === word || name === plain(word)) ??
    (ends.length === 1 ? ends[0] : undefined);
  if (!service) {
    const names = all.map(({ name }) => name).join(', ');
    throw refusal(`there is no package ${named}: there is ${names || 'none'}`);
  }
  const found: Member[] = [];
  const seen = new Set<Member>();
  const visit = (one: (typeof all)[number]): void => {
    if (seen.has(one)) return;
    seen.add(one);
    const wanted = (one.pyproject?.project?.dependencies ?? []).map((text) => plain(/^[\w.-]+/.exec(text)?.[0] ?? ''));
    for (const other of all) if (wanted.includes(other.name)) visit(other);
    found.push({ folder: one.folder, name: one.name });
  };
  visit(service);
  return found;
}

function nameOf(pyproject: Pyproject | undefined): string | undefined {
  const name = pyproject?.project?.name;
  return typeof name === 'string' ? plain(name) : undefined;
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
