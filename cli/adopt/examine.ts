import type { NewEntry } from '../../lib/codebase/add-codebase.ts';
import type { HerdFile } from '../../lib/codebase/herd-file.ts';
import { acceptableName, nameRefusals } from '../../lib/codebase/name-rule.ts';
import { inside } from '../../lib/image/gather.ts';
import { asRecipe, type Finding, missing, note, right } from './finding.ts';
import { tells } from './languages.ts';
import type { Repository } from './repository.ts';

/** What the person says of it, where what is found leaves a choice. */
export type Given = Partial<Record<'name' | 'language' | 'package' | 'binary', string>>;

/** The language: the one given, else the only one whose manifest lies at the root; a Dockerfile counts where nothing else does. */
export function languageOf(
  { files }: Repository,
  given: string | undefined,
): { language: string | undefined; finding: Finding } {
  const found = Object.entries(tells).flatMap(([language, paths]) => {
    const path = paths.find((one) => files.has(one));
    return path === undefined ? [] : [{ language, path }];
  });
  if (given !== undefined) return { language: given, finding: right('language', given) };
  const candidates = found.length > 1 ? found.filter(({ language }) => language !== 'dockerfile') : found;
  const [first, second] = candidates;
  const names = candidates.map(({ language, path }) => `${language} (${path})`).join(', ');
  if (first && second)
    return { language: undefined, finding: missing('language', `it may be ${names}: say which by --language`) };
  if (first === undefined) {
    const wanted = Object.values(tells)
      .map(([path]) => path)
      .join(', ');
    return { language: undefined, finding: missing('language', `none of ${wanted} is at its root`) };
  }
  const also = found.some(({ language }) => language !== first.language)
    ? '; its Dockerfile would be built by --language dockerfile'
    : '';
  return { language: first.language, finding: right('language', `${names}${also}`) };
}

/** What every recipe refuses, whatever the language; links out of the tree only where the repository's files go into the image. */
export function examineFiles({ submodules, lfs, links }: Repository, language: string): Finding[] {
  const out = links
    .map(({ path, target }) => asRecipe('links', () => inside(path, target)))
    .filter(({ kind }) => kind === 'missing');
  const goIn = language === 'node' || language === 'python';
  return [
    ...submodules.map((path) =>
      missing(
        'submodule',
        `${path} is a git submodule, whose files a build does not get: keep them in the repository, or make it a dependency`,
      ),
    ),
    ...lfs.map((path) =>
      missing(
        'LFS',
        `${path} is a pointer to Git LFS, whose files a build does not get: keep it in the repository, or fetch it while it runs`,
      ),
    ),
    ...out.map((finding) => (goIn ? finding : note('links', finding.text))),
  ];
}

/** The line of `codebases.yml` that a repository needs, and what is found on the way there. */
export function examinePlace(
  { origin, branches, current }: Repository,
  { defaults = {} }: HerdFile,
  given: Given & { language: string; folderName: string; github?: string | undefined; isHere: boolean },
): { findings: Finding[]; entry: NewEntry | undefined; branch: string; isCloned: boolean } {
  const github = new URL(given.github ?? defaults.github ?? 'https://github.com').host;
  const remote = origin === undefined ? undefined : placeOf(origin);
  const findings: Finding[] = [];
  const isCloned = given.isHere && remote?.host.toLowerCase() !== github.toLowerCase();
  if (isCloned)
    findings.push(note('remote', 'none on this machine is needed: --add makes a clone, which `npm start` pushes'));
  else if (origin === undefined)
    findings.push(missing('remote', 'there is no remote “origin”: drover builds what is on GitHub'));
  else if (remote === undefined) findings.push(missing('remote', '“origin” is no address of a repository on a GitHub'));
  else if (remote.host.toLowerCase() !== github.toLowerCase())
    findings.push(missing('remote', `“origin” is at ${remote.host}, and the herd's GitHub is ${github}`));
  else findings.push(right('remote', `${remote.host}/${remote.owner}/${remote.name}`));

  const usual = defaults.branch ?? 'main';
  const branch = branches.has(usual) ? usual : current;
  findings.push(
    branch === ''
      ? missing('branch', `there is no branch ${usual}`)
      : right('branch', branch === usual ? branch : `${branch}, as there is no ${usual}`),
  );

  const name = given.name ?? acceptableName(remote?.name ?? given.folderName) ?? '';
  const [refused] = nameRefusals(name);
  findings.push(
    refused === undefined ? right('name', name) : missing('name', `“${name}”: ${refused}: say another by --name`),
  );
  if (refused !== undefined || (remote === undefined && !isCloned))
    return { findings, entry: undefined, branch, isCloned };
  // The clone is the usual organisation's, by its name here.
  const told = isCloned ? undefined : remote;
  const isUsual = told?.owner.toLowerCase() === defaults.organisation?.toLowerCase();
  const entry: NewEntry = {
    name,
    language: given.language,
    ...(told === undefined || isUsual ? {} : { organisation: told.owner }),
    ...(told === undefined || told.name === name ? {} : { repository: told.name }),
    ...(branch === usual || branch === '' ? {} : { branch }),
    ...(given.package === undefined ? {} : { package: given.package }),
    ...(given.binary === undefined ? {} : { binary: given.binary }),
  };
  return { findings, entry, branch, isCloned };
}

/** Host, owner and name of a remote, as git writes addresses (git-clone(1), "GIT URLS"); whatever is before the host is left out. */
export function placeOf(address: string): { host: string; owner: string; name: string } | undefined {
  const [, host, path] =
    /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/]+)\/(.+)$/.exec(address) ??
    /^(?:[^@/:]+@)?([^/:]+):(?!\/)(.+)$/.exec(address) ??
    [];
  const [, owner, name] = /^\/*([^/]+)\/([^/]+?)(?:\.git)?\/*$/.exec(path ?? '') ?? [];
  if (host === undefined || owner === undefined || name === undefined) return undefined;
  return { host: address.startsWith('ssh:') ? host.replace(/:\d+$/, '') : host, owner, name };
}
