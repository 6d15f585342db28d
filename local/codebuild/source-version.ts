/**
 * What a source version may be (https://docs.aws.amazon.com/codebuild/latest/userguide/sample-source-version.html, and
 * API_StartBuild: `pr/25`): a commit, a branch, a tag, a pull request, or a reference and a commit as `refs/heads/main^{commit}`.
 * `names` are tried in order in a clone; `fetched` is what a clone has not.
 */
export function refsOf(version: string): { names: string[]; fetched?: string } {
  const [, reference, pinned] = /^(refs\/.+)\^\{([0-9a-f]{40})\}$/.exec(version) ?? [];
  const pull = /^(?:pr\/(\d+)|refs\/pull\/(\d+)\/head)$/.exec(reference ?? version);
  const fetched = pull ? `refs/pull/${pull[1] ?? pull[2]}/head` : undefined;
  if (pinned) return { names: [pinned], ...(fetched ? { fetched } : {}) };
  if (fetched) return { names: ['FETCH_HEAD'], fetched };
  const branch = version.replace(/^refs\/heads\//, '');
  if (version === 'HEAD' || /^[0-9a-f]{40}$/.test(version)) return { names: [version] };
  return { names: [`refs/remotes/origin/${branch}`, `refs/tags/${version.replace(/^refs\/tags\//, '')}`, version] };
}
