import { parse } from 'yaml';
import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';

const strings = z.record(z.string(), z.string()).default({});
/** https://docs.npmjs.com/cli/using-npm/workspaces; Yarn 1 writes the list as `packages` below it. */
const Manifest = z.looseObject({
  name: z.string().default(''),
  workspaces: z.union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).default([]) })]).optional(),
  scripts: strings,
  bin: z.unknown().optional(),
  main: z.string().optional(),
  dependencies: strings,
  devDependencies: strings,
  optionalDependencies: strings,
  peerDependencies: strings,
});
type Manifest = z.infer<typeof Manifest>;
type Package = { folder: string; manifest: Manifest };

/** Folders below the root, `.` for the root itself. The service is last of `needed`, after the packages of the repository that it stands on. */
export type Workspace = { needed: string[]; others: string[] };

/**
 * Which package of a repository is the service: the one named, by its name or folder; else the root where it says how to start; else the
 * one of the codebase's own name; else the only one that says how to start. More are refused with their names. `folders` are those with a
 * package.json.
 */
export function nodeWorkspace(
  read: (path: string) => string | undefined,
  folders: readonly string[],
  codebase: string,
  named: string | undefined,
): Workspace {
  const manifestIn = (folder: string) =>
    Manifest.parse(JSON.parse(read(folder === '.' ? 'package.json' : `${folder}/package.json`) ?? '{}'));
  const root = manifestIn('.');
  const patterns = patternsOf(root, read('pnpm-workspace.yaml'));
  const all = folders
    .filter((folder) => folder !== '.' && isMember(folder, patterns))
    .map((folder): Package => ({ folder, manifest: manifestIn(folder) }));
  const service = serviceOf(root, all, codebase, named);
  const needed = service === undefined ? ['.'] : inOrder(service, all);
  const others = all.map(({ folder }) => folder).filter((folder) => service !== undefined && !needed.includes(folder));
  return { needed, others };
}

function serviceOf(root: Manifest, all: Package[], codebase: string, named: string | undefined): Package | undefined {
  const by = (word: string) =>
    all.find(({ folder, manifest }) => manifest.name === word || folder === word.replace(/^\.\/|\/$/g, '')) ??
    only(all.filter(({ folder, manifest }) => [folder, manifest.name].some((one) => one.endsWith(`/${word}`))));
  const names = all.map(({ folder }) => folder).join(', ');
  if (named !== undefined) {
    const found = by(named);
    if (found || named === '.' || named === root.name) return found;
    throw refusal(`there is no package ${named}: there is ${names || root.name || 'one alone'}`);
  }
  if (all.length === 0 || starts(root)) return undefined;
  const found = by(codebase) ?? only(all.filter(({ manifest }) => starts(manifest)));
  if (found) return found;
  throw refusal(`several packages (${names}): name one by “package:” in codebases.yml`);
}

const only = (found: Package[]): Package | undefined => (found.length === 1 ? found[0] : undefined);

const starts = ({ scripts, bin }: Manifest): boolean => scripts.start !== undefined || bin !== undefined;

/** The packages of the repository that one stands on, each after those that it stands on itself. */
function inOrder(service: Package, all: Package[]): string[] {
  const found: string[] = [];
  const seen = new Set<Package>();
  const visit = (one: Package): void => {
    if (seen.has(one)) return;
    seen.add(one);
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = one.manifest;
    const names = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
    for (const other of all) if (other.manifest.name in names) visit(other);
    found.push(one.folder);
  };
  visit(service);
  return found;
}

function patternsOf({ workspaces = [] }: Manifest, pnpm: string | undefined): string[] {
  const listed = Array.isArray(workspaces) ? workspaces : workspaces.packages;
  const own = z.looseObject({ packages: z.array(z.string()).default([]) }).nullish();
  return [...listed, ...(pnpm === undefined ? [] : (own.parse(parse(pnpm))?.packages ?? []))];
}

/** `packages/*`, `apps/**`, `!apps/old`: the last pattern that fits decides, and folders of packages are never members. */
function isMember(folder: string, patterns: string[]): boolean {
  const fits = (pattern: string) => {
    const parts = pattern.replace(/^\.?\/|\/+$/g, '').split(/(\*\*\/?|\*)/);
    const regex = parts.map((part) => {
      if (part === '*') return '[^/]+';
      return part.startsWith('**') ? '(?:.+)?' : part.replace(/[^\w/-]/g, '\\$&');
    });
    return new RegExp(`^${regex.join('')}$`).test(folder);
  };
  const last = patterns.findLast((pattern) => fits(pattern.replace(/^!/, '')));
  return last !== undefined && !last.startsWith('!');
}
