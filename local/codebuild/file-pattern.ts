import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * CodeBuild's patterns: "The asterisk (`*`) character matches zero or more characters of a name component without crossing folder
 * boundaries. A double asterisk (`**`) matches zero or more characters of a name component across all directories" (buildspec
 * reference, artifacts/exclude-paths). Names that begin with a dot are names like others: the reference excludes them by "**\/.*".
 */
export function patternOf(pattern: string): RegExp {
  const text = pattern.replace(/^\.\//, '');
  let source = '';
  for (let at = 0; at < text.length; at++) {
    const rest = text.slice(at);
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?';
      at += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      at += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else source += rest.charAt(0).replace(/[\\^$.|+()[\]{}]/, '\\$&');
  }
  return new RegExp(`^${source}$`, 's');
}

/** The files below a folder that the patterns name, each once and relative to it; none where it is not there. */
export async function filesOf(base: string, patterns: string[], excluded: string[] = []): Promise<string[]> {
  const [wanted, unwanted] = [patterns.map(patternOf), excluded.map(patternOf)];
  const all = await filesBelow(base, '');
  return all.filter((path) => wanted.some((one) => one.test(path)) && !unwanted.some((one) => one.test(path))).sort();
}

/** "Valid values include: a single top-level directory; `'my-directory*'` …" (artifacts/base-directory). */
export async function baseDirectories(source: string, base = '.'): Promise<string[]> {
  if (!/[*?]/.test(base)) return [join(source, base)];
  const pattern = patternOf(base);
  const entries = await readdir(source, { withFileTypes: true });
  return entries.filter((one) => one.isDirectory() && pattern.test(one.name)).map((one) => join(source, one.name));
}

async function filesBelow(base: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(base, folder), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(base, path) : entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
