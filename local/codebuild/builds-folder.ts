import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Build } from './build.ts';

/** The builds, kept as one file each so that a restart finds them. */
export type BuildsFolder = {
  all: () => Build[];
  get: (id: string) => Build | undefined;
  /** Written whole or not at all. */
  save: (build: Build) => void;
  logFile: (id: string) => string;
};

/** Opens the folder; a file that does not parse is passed over. */
export function openBuilds(folder: string): BuildsFolder {
  mkdirSync(join(folder, 'builds'), { recursive: true });
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const builds = new Map<string, Build>();
  for (const name of readdirSync(join(folder, 'builds'))) {
    if (!name.endsWith('.json')) continue;
    const parsed = Build.safeParse(jsonOr(readFileSync(join(folder, 'builds', name), 'utf8')));
    if (parsed.success) builds.set(parsed.data.id, parsed.data);
  }
  const fileOf = (id: string) => id.replace(':', '.');
  return {
    all: () => [...builds.values()],
    get: (id) => builds.get(id),
    save: (build) => {
      builds.set(build.id, build);
      const file = join(folder, 'builds', `${fileOf(build.id)}.json`);
      writeFileSync(`${file}.new`, JSON.stringify(build));
      renameSync(`${file}.new`, file);
    },
    logFile: (id) => join(folder, 'logs', `${fileOf(id)}.log`),
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
