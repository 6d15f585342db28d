import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Files } from './files.ts';
import { packageName } from './package-name.ts';

const root = fileURLToPath(new URL('../../templates', import.meta.url));

/** A Dockerfile builds something: the same service as that language's. */
const standsOn: Record<string, string> = { dockerfile: 'node' };

/** The files that a new codebase begins with: `templates/<language>` under the codebase's name. Throws where there is no template. */
export function newCodebaseFiles(language: string, name: string): Files {
  const under = standsOn[language];
  const own = readFolder(join(root, language));
  return filled(under === undefined ? own : { ...readFolder(join(root, under)), ...own }, language, name);
}

/** A template under a name: `codebase-name` stands where people read it, `package-name` where the language's tools do. */
export function filled(files: Files, language: string, name: string): Files {
  const inManifest = packageName(language, name);
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text.replaceAll('codebase-name', name).replaceAll('package-name', inManifest),
    ]),
  );
}

/** All files but those that the template's own .gitignore keeps out: who tries a template leaves some behind. */
function readFolder(folder: string): Files {
  const ignore = join(folder, '.gitignore');
  const lines = existsSync(ignore) ? readFileSync(ignore, 'utf8').split('\n') : [];
  const ignored = new Set(lines.map((line) => line.replaceAll('/', '').trim()).filter((name) => name !== ''));
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => statSync(path).isFile())
      .map((path) => relative(folder, path).split(sep))
      .filter((parts) => !parts.some((part) => ignored.has(part)))
      .map((parts) => [parts.join('/'), readFileSync(join(folder, ...parts), 'utf8')]),
  );
}
