import { git } from './git.ts';

type Person = { name: string; email: string };

/** A commit in the form of GitHub's `push` payload. */
export type Commit = {
  id: string;
  tree_id: string;
  distinct: boolean;
  message: string;
  timestamp: string;
  url: string;
  author: Person;
  committer: Person;
  added: string[];
  removed: string[];
  modified: string[];
};

/** At most 2,048 commits are in one payload. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const most = 2_048;

const unit = '\x1f';
const record = '\x1e';
const format = `--format=tformat:${record}%H${unit}%T${unit}%an${unit}%ae${unit}%cn${unit}%ce${unit}%cI${unit}%B${unit}`;

/** The commits of a `git log` range, oldest first, each with the files that it touched. `url` ends before the commit's name. */
export async function commitsOf(folder: string, range: string[], url: string): Promise<Commit[]> {
  const log = ['log', '-z', '--name-status', '--no-renames', '--root'];
  const text = await git(folder, [...log, `--max-count=${most}`, format, ...range, '--']);
  return text
    .split(record)
    .slice(1)
    .map((one) => commitOf(one, url))
    .reverse();
}

function commitOf(text: string, url: string): Commit {
  const [id = '', tree_id = '', an = '', ae = '', cn = '', ce = '', timestamp = '', message = '', files = ''] =
    text.split(unit);
  // After the message: nothing, then a status and a path in turn, the first after a line break.
  const words = files
    .split('\0')
    .slice(1)
    .map((word) => word.replace(/^\n/, ''));
  const touched = (status: RegExp) => words.filter((_, i) => i % 2 === 1 && status.test(words[i - 1] ?? ''));
  return {
    id,
    tree_id,
    distinct: true,
    message: message.trimEnd(),
    timestamp,
    url: `${url}${id}`,
    author: { name: an, email: ae },
    committer: { name: cn, email: ce },
    added: touched(/^A/),
    removed: touched(/^D/),
    modified: touched(/^[MT]/),
  };
}
