import * as z from 'zod';
import type { ColdCause } from '../../build/machine.ts';

const Files = z.array(z.string()).optional();
/** The commits of a push with the files that they name. What is odd about them is not known; it never refuses a push. */
export const Commits = z
  .array(z.object({ added: Files, modified: Files, removed: Files }))
  .optional()
  .catch(undefined);

/** "A maximum of 2048 commits", "of 3000 changed files … per commit": https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const MOST_COMMITS = 2_048;
const MOST_FILES = 3_000;

type Names = { toolchain: RegExp; lockfile: RegExp };

/** By file name, in any folder: a workspace's lockfile need not lie at the top. */
const namesOf: Record<string, Names> = {
  go: { toolchain: /^$/, lockfile: /^go\.(?:mod|sum|work|work\.sum)$/ },
  node: {
    toolchain: /^\.(?:nvmrc|node-version)$/,
    lockfile: /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock)$/,
  },
  python: {
    toolchain: /^\.python-version$/,
    lockfile: /^(?:uv\.lock|poetry\.lock|pylock\.toml|requirements[\w.-]*\.txt)$/,
  },
  rust: { toolchain: /^rust-toolchain(?:\.toml)?$/, lockfile: /^Cargo\.lock$/ },
};
const dockerfile = /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.Dockerfile$/i;

/**
 * What of a push decides how its build finds what others kept, by the files that its commits name. `unlisted` where they are not all
 * there. A forced push is read as any other: what it drops leads back to a state whose archive is kept.
 */
export function touchesOf(
  push: { commits?: z.infer<typeof Commits>; forced: boolean },
  language: string,
): ColdCause | undefined {
  const commits = push.commits ?? [];
  const files = commits.map(({ added, modified, removed }) => [added, modified, removed].flatMap((some) => some ?? []));
  const names = files.flat().map((path) => path.slice(path.lastIndexOf('/') + 1));
  const known = namesOf[language];
  const languages = known === undefined ? Object.values(namesOf) : [known];
  if (names.some((name) => languages.some(({ toolchain }) => toolchain.test(name)))) return 'toolchain';
  if (known === undefined && names.some((name) => dockerfile.test(name))) return 'toolchain';
  if (names.some((name) => languages.some(({ lockfile }) => lockfile.test(name)))) return 'lockfile';
  const isWhole =
    push.commits !== undefined &&
    commits.length < MOST_COMMITS &&
    (commits.length > 0 || push.forced) &&
    files.every((some) => some.length < MOST_FILES) &&
    commits.every(({ added, modified, removed }) => added && modified && removed);
  return isWhole ? undefined : 'unlisted';
}
