import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';

/** One package of `go list`: its name, import path and folder, the last two as recipe `go.sh` prints them. */
type Package = { path: string; folder: string };

/**
 * The main package that becomes the image: the one named (by import path, folder or last word), else the only one, else the
 * module's root, else the one of the codebase's own name; more are refused with their names. `listing` has a line for each main
 * package, import path and folder below the module's root parted by a space (the root's folder is `.`).
 */
export function goProgram(listing: string, codebase: string, named: string | undefined): Package {
  const all = listing.split('\n').flatMap((line): Package[] => {
    const [path, folder] = line.split(' ');
    return path && folder ? [{ path, folder }] : [];
  });
  const names = all.map(({ folder }) => folder).join(', ');
  if (named !== undefined) {
    const wanted = named.replace(/^\.\/|\/$/g, '');
    const found = all.find(({ path, folder }) => path === wanted || folder === wanted) ?? only(all, wanted);
    if (found) return found;
    throw refusal(`there is no main package ${named}: there is ${names || 'none'}`);
  }
  const [first, second] = all;
  const found = second === undefined ? first : (all.find(({ folder }) => folder === '.') ?? only(all, codebase));
  if (found) return found;
  if (first === undefined) throw refusal('no package is main: a service needs one (main.go)');
  throw refusal(`several main packages (${names}): name one by “package:” in codebases.yml`);
}

/** The one package whose path ends in this word. */
function only(all: Package[], word: string): Package | undefined {
  const [found, another] = all.filter(({ path }) => path.endsWith(`/${word}`));
  return another === undefined ? found : undefined;
}

/** What `go build` calls the program of an import path: its last element that is not a major version (cmd/go, "Compile packages"). */
export const programName = (path: string): string => {
  const parts = path.split('/');
  const last = parts.at(-1) ?? '';
  return (/^v[1-9]\d*$/.test(last) && parts.length > 1 ? parts.at(-2) : last) || 'main';
};

/** `go mod edit -json`: https://go.dev/ref/mod#go-mod-edit */
const GoMod = z.object({
  Require: z.array(z.object({ Path: z.string() })).nullish(),
  Replace: z.array(z.object({ Old: z.object({ Path: z.string() }), New: z.object({ Path: z.string() }) })).nullish(),
});

/** Whether a module needs a go.sum: it requires one that is not replaced by a folder. */
export function needsGoSum(text: string): boolean {
  const { Require, Replace } = GoMod.parse(JSON.parse(text));
  const local = new Set((Replace ?? []).filter(({ New }) => /^\.{0,2}\//.test(New.Path)).map(({ Old }) => Old.Path));
  return (Require ?? []).some(({ Path }) => !local.has(Path));
}
