import type { Call } from './counting-endpoint.ts';

/** A call in a few words: `PutItem release (queued; owes write-entry, start-build)`. */
export function callText({ service, operation, status, record, state, owes }: Call): string {
  const refused = status >= 400 ? `refused with ${status}` : undefined;
  const details = [state, owes && `owes ${owes.join(', ') || 'nothing'}`, refused].filter((one) => one !== undefined);
  const about = record === undefined ? '' : ` ${record}`;
  return `${service} ${operation}${about}${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}

/** What an item owes only until the function that wrote it has gone on: it is in every write of a decision. */
const ownWork = ['write-entry', 'send-release', 'send-target', 'start-build'];

/**
 * Which of the promises in docs/architecture.md a call serves, by what it is and what was called `before` it for the same
 * delivery; a call that serves none that is known here is said so.
 */
export function promiseOf({ service, operation, status, key, record, owes = [] }: Call, before: Call[]): string {
  if (operation === 'PutItem' && status >= 400)
    return 'a lost race: somebody wrote since, so it is read and written again (2)';
  switch (`${service} ${operation}`) {
    case 'SSM GetParameters':
      return 'the secrets, by which a signature is checked; kept for five minutes';
    case 'DynamoDB GetItem':
      return 'what is so now, read consistently: order (3), and the same push twice changes nothing (6)';
    case 'DynamoDB PutItem':
      if (record === 'entry') return 'a line of the history, put if absent (5)';
      if (owes.some((kind) => ownWork.includes(kind)) || !isWritten(key, before))
        return 'the decision and what it owes in one write, on the condition that nobody wrote since (2, 3)';
      return 'takes off what is done, so that no sweep does it again (6)';
    case 'CodeBuild ListBuildsForProject':
    case 'CodeBuild BatchGetBuilds':
      return 'looks for a build of this commit that runs, or for our own of before a crash (2: never two)';
    case 'CodeBuild StartBuild':
      return 'the build itself';
    case 'SQS SendMessage':
      return record === undefined
        ? 'wakes the worker for what is due later or is its right alone (2: every push ends)'
        : '';
    default:
      return '**no promise that is known here**';
  }
}

const isWritten = (key: string | undefined, before: Call[]): boolean =>
  before.some((call) => call.operation === 'PutItem' && call.key === key);
