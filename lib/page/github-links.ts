/** Where a commit is shown: `https://github.com/<owner>/<name>/commit/<commit>`. */
export function commitUrl(repository: string, commit: string): string {
  return `https://github.com/${pathOf(repository)}/commit/${encodeURIComponent(commit)}`;
}

/** Where the commits between two are shown, with their changes (GitHub's three-dot compare). */
export function compareUrl(repository: string, from: string, to: string): string {
  return `https://github.com/${pathOf(repository)}/compare/${encodeURIComponent(from)}...${encodeURIComponent(to)}`;
}

function pathOf(repository: string): string {
  return repository.split('/').map(encodeURIComponent).join('/');
}
