import { strict as assert } from 'node:assert';
import { z } from 'zod';
import { read } from '../../../lib/cluster/kubernetes/answer.ts';
import { until } from '../../../local/demo/drover-api.ts';
import { decide, git, push } from '../../../local/demo/person.ts';
import { deploymentAt } from '../../cluster/foreign-hand.ts';
import { ask, load } from './load.ts';
import type { Scene } from './scene.ts';

// What persons and programs do in the journeys, in few words.

export type Codebase = 'chime' | 'bell';
export const ENVIRONMENT = 'production';
export const NAMESPACE = 'default';
export const short = (commit: string): string => commit.slice(0, 7);

export type Journey = { name: string; run: (scene: Scene) => Promise<string> };

type Change = Parameters<typeof push>[1];

/** It greets otherwise: another image that is as good. */
export const greet = (words: string): Change => ({
  file: 'answer.go',
  change: (text) => text.replace(/"[^"]* from %s/, `"${words} from %s`),
  message: `greet with ${words}`,
});

/** Pushes a change, or what is there already, and waits for its image; the commit. */
export async function built({ stack, api }: Scene, codebase: Codebase, change?: Change): Promise<string> {
  const { folder } = stack.clone(codebase);
  if (change === undefined) await git(folder, 'push', '--quiet');
  else await push(folder, change);
  const commit = await git(folder, 'rev-parse', 'HEAD');
  await api.releaseOnce(codebase, commit, ({ state }) => state === 'built', `${codebase} ${short(commit)} is built`);
  return commit;
}

/** Takes a commit that turned out badly back, without releasing that: the next push has it. */
export const revert = ({ stack }: Scene, codebase: Codebase) =>
  git(stack.clone(codebase).folder, 'revert', '--no-edit', 'HEAD');

/** The link of the question about a commit, once it is asked. */
export const linkFor = ({ stack, api }: Scene, codebase: Codebase, commit: string): Promise<string> =>
  until(`a question about ${codebase} ${short(commit)}`, async () => {
    const target = await api.target(codebase, ENVIRONMENT).catch(() => undefined);
    if (target?.candidate?.release !== commit || !target.candidate.ask) return undefined;
    return stack.approvalLink(codebase, ENVIRONMENT);
  });

/** Somebody says yes. */
export async function approve(scene: Scene, codebase: Codebase, commit: string): Promise<void> {
  const { status } = await decide(await linkFor(scene, codebase, commit), 'approve', 'Ann');
  assert.equal(status, 200, `the approval of ${short(commit)} was answered ${status}`);
}

/** Waits until the record says so of a commit; what it says then. */
export async function stands({ api, lived }: Scene, codebase: Codebase, commit: string, state: string) {
  const { environments } = await api.releaseOnce(
    codebase,
    commit,
    (release) => release.environments[ENVIRONMENT]?.state === state,
    `${codebase} ${short(commit)} is ${state}`,
  );
  if (state === 'live') lived[codebase].push(commit);
  return environments[ENVIRONMENT]?.reason ?? '';
}

/** Waits for an entry of a commit; it. */
export const told = ({ api }: Scene, codebase: Codebase, commit: string, what: string) =>
  until(`${codebase} ${short(commit)}: ${what}`, async () => {
    const { entries } = await api.release(codebase, commit);
    return entries.find((entry) => entry.what === what);
  });

/** The kinds of its entries since it was approved, each change of the rollout once. */
export async function course({ api }: Scene, codebase: Codebase, commit: string): Promise<string[]> {
  const { entries } = await api.release(codebase, commit);
  const course = entries.map(({ what }) => what);
  return course.slice(course.indexOf('approved'));
}

const Service = z.object({ spec: z.object({ clusterIP: z.string() }) });

/** The address that the cluster gave its Service, which kube-proxy serves on this machine. */
async function addressOf({ admin }: Scene, codebase: Codebase): Promise<string> {
  const path = `/api/v1/namespaces/${NAMESPACE}/services/${codebase}`;
  const { spec } = read(Service, await admin({ method: 'GET', path }), `Service ${codebase}`);
  return `http://${spec.clusterIP}/`;
}

/** Waits until the Service answers with a commit, as often in a row as there may be pods behind it. */
export async function answers(scene: Scene, codebase: Codebase, commit: string): Promise<string> {
  const address = await addressOf(scene, codebase);
  let inARow = 0;
  await until(`${codebase} answers with ${short(commit)}`, async () => {
    inARow = (await ask(address)).commit === commit ? inARow + 1 : 0;
    return inARow >= 4 || undefined;
  });
  return address;
}

/** The image that the Deployment asks for. */
export async function imageOf({ admin }: Scene, codebase: Codebase): Promise<string | undefined> {
  const { spec } = await deploymentAt(admin, NAMESPACE, codebase);
  return spec.template.spec.containers[0]?.image;
}

const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
    }),
  ),
});

/** The images of all its pods, also of those that are on their way out. */
async function podImages({ admin }: Scene): Promise<string[]> {
  const { items } = read(
    Pods,
    await admin({ method: 'GET', path: `/api/v1/namespaces/${NAMESPACE}/pods` }),
    'listing pods',
  );
  return items.flatMap(({ spec }) => spec.containers.map(({ image }) => image));
}

/** Keeps the Service busy while something happens; how many requests there were. Any that failed is a failure. */
export async function underLoad(scene: Scene, codebase: Codebase, happens: () => Promise<unknown>): Promise<number> {
  const clients = load(await addressOf(scene, codebase));
  const { sent, failures } = await happens().finally(clients.stop).then(clients.stop);
  assert.equal(failures.length, 0, `${failures.length} of ${sent} requests failed, first: ${failures[0]}`);
  return sent;
}

/** Waits until no pod runs that image any more. */
export const noPodOf = (scene: Scene, image: string): Promise<boolean> =>
  until(`no pod of ${image} is left`, async () => !(await podImages(scene)).includes(image) || undefined);
