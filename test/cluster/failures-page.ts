import { failures } from './failures.ts';
import { refusals } from './refusals.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
/** Digests are shown as one digit; the tests wait less than drover does. */
const shown = (line: string): string =>
  `“${line.replaceAll(/sha256:0{64}/g, 'sha256:0…').replace('within 0.3 s', 'within 10 s')}”`;

/** docs/failures.md, from the very cases that the tests play. */
export function failuresPage(): string {
  return `# What can go wrong in a cluster, and what drover says

Written from the tests (\`test/cluster/failures.ts\`, \`test/cluster/refusals.ts\`): each row is a case that is played against drover's own
code, and its line is the line in the record. Those marked ● are cases of the contract suite too (\`test/contracts/cluster.ts\`): they are
played on a whole real Kubernetes, and on the local cluster where it can play them.

## While a release rolls out

A look costs three calls (the Deployment, its ReplicaSets, its pods); one more for the events, and one for the log, of one pod that
is slow or broken. What *fails* is rolled back at once: nothing waits for a deadline that can only be missed. What fails on the way
back holds the target and raises an alarm. Where the container said something, the end of its log (20 lines, scrubbed) is in the entry.

${row('what is wrong', 'as Kubernetes tells it', 'as drover tells it', 'drover acts', '')}
| --- | --- | --- | --- | :-: |
${failures.map(({ name, kubernetes, line, acts, contract }) => row(name, kubernetes, shown(line), acts, contract ? '●' : '')).join('\n')}

## When the cluster is asked

What may pass is tried again, after 2 s, doubling to 10 minutes, or when the cluster says to come back (\`Retry-After\`); after half an
hour a person is told, and it is tried on. What no try mends is an outcome: a release is rolled back, a way back is held with an alarm.

${row('what is wrong', 'as Kubernetes tells it', 'as drover tells it', 'and then', '')}
| --- | --- | --- | --- | :-: |
${refusals.map(({ name, kubernetes, line, retried, contract }) => row(name, kubernetes, shown(line), retried ? 'tried again' : 'an outcome', contract ? '●' : '')).join('\n')}

## Where drover and others judge differently

drover follows the rule of \`kubectl rollout status\` for each kind, in its order, and so agrees with it and with Argo CD's health, but for:

- **No pod of the new image is wanted** (scaled to zero, a partition that keeps every pod, no node for a DaemonSet): others say that it is
  complete or healthy. It shows nothing of the new image, so drover waits, tells a person, and goes back at the deadline.
- **\`OnDelete\`**: Argo CD says healthy, kubectl refuses to say. Nothing would replace the pods, so drover does not apply.
- **A paused Deployment** is *suspended* for Argo CD even when all is done. For drover and kubectl what is done is done.
- **A pod that restarted once** is *degraded* for Argo CD until it is ready. For drover it has stumbled: the stability window begins anew.
- **ProgressDeadlineExceeded** that was said before drover's last change is not that change's.
`;
}
