import { html } from '../../lib/page/html.ts';
import { documentOf } from '../../lib/page/page.ts';
import { commitsOf } from './commits.ts';
import { git } from './git.ts';
import { findRepository } from './repository.ts';
import { type Answer, isCommit } from './rest.ts';

/** What a link of a release leads to: one commit, or the commits between two, as one plain page. Undefined where there is none. */
export async function answerPage(root: string, path: string): Promise<Answer | undefined> {
  const [, name = '', kind, range = ''] = /^\/([^/]+\/[^/]+)\/(commit|compare)\/(.+)$/.exec(path) ?? [];
  const folder = findRepository(root, name);
  if (folder === undefined) return undefined;
  const [from, to] = kind === 'compare' ? range.split('...') : [`${range}^`, range];
  for (const one of kind === 'compare' ? [from, to] : [to])
    if (one === undefined || !/^\w[\w./-]*$/.test(one) || !(await isCommit(folder, one))) return undefined;
  const isFirst = kind === 'commit' && !(await isCommit(folder, `${from}`));
  const commits = await commitsOf(folder, isFirst ? ['--max-count=1', `${to}`] : [`${from}..${to}`], '');
  const show = isFirst
    ? ['show', '--format=', '--stat', '--patch', `${to}`]
    : ['diff', '--stat', '--patch', `${from}...${to}`];
  const change = await git(folder, [...show, '--']);
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: documentOf({
      title: `${name} ${range}`,
      width: 'wide',
      body: html`<h1>${name}</h1>
<p>${kind === 'compare' ? `From ${from} to ${to}` : `Commit ${to}`}</p>
<ul>${commits.map(({ id, message, author }) => html`<li><code>${id.slice(0, 12)}</code> ${message.split('\n')[0]} (${author.name})</li>`)}</ul>
<pre>${change.slice(0, 200_000)}</pre>`,
    }),
  };
}
