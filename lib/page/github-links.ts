import type { Codebase } from '../codebase/codebase.ts';

type Repository = Pick<Codebase, 'github' | 'repository'>;

/** Where a repository is, for people and for git: `https://github.com/<owner>/<name>`. */
export function repositoryUrl({ github, repository }: Repository): string {
  return `${github}/${repository.split('/').map(encodeURIComponent).join('/')}`;
}

/** Where a commit is shown: `https://github.com/<owner>/<name>/commit/<commit>`. */
export function commitUrl(repository: Repository, commit: string): string {
  return `${repositoryUrl(repository)}/commit/${encodeURIComponent(commit)}`;
}

/** Where the commits between two are shown, with their changes (GitHub's three-dot compare). */
export function compareUrl(repository: Repository, from: string, to: string): string {
  return `${repositoryUrl(repository)}/compare/${encodeURIComponent(from)}...${encodeURIComponent(to)}`;
}
