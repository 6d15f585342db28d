import { keyText } from '../../lib/engine/key.ts';
import type { Release } from '../../lib/release/record.ts';
import type { Target } from '../../lib/target/record.ts';
import { show } from './show.ts';
import { CODEBASE, target, type World } from './world.ts';

/** What must be so once faults have stopped and the sweep has run: nothing is owed, nothing forgotten, nothing lost. */
export function checkTheEnd(world: World): void {
  const { store, ledger, environments } = world;
  for (const { key, stored } of store.records.values()) {
    if (stored.pending.length > 0)
      ledger.fail('LIVE', `${keyText(key)} still owes ${stored.pending.map(({ effect }) => effect.kind).join(', ')}`);
    if (stored.record.kind === 'release' && !['built', 'failed', 'superseded'].includes(stored.record.state))
      ledger.fail('LIVE', `a release is ${stored.record.state} for ever`);
  }
  for (const entry of ledger.expectedEntries)
    if (!store.entries.has(entry)) ledger.fail('P5', `the history lost ${entry}`);
  for (const { push } of world.pushes)
    if (!store.records.has(`${CODEBASE}/release#${push.commit}`))
      ledger.fail('LIVE', `push of ${push.commit} is not in the history`);
  newestIsTheNewest(world);
  for (const [i, { name, approval }] of environments.entries()) {
    const record = target(world, name);
    if (record !== undefined) targetHasSettled(world, record, approval);
    const completed = ledger.disposed.completed.get(environments[i - 1]?.name ?? '');
    nobodyForgot(world, name, i === 0 ? newestBuilt(world) : completed ? [completed] : []);
  }
}

const releases = (world: World): Release[] =>
  [...world.store.records.values()].flatMap(({ stored }) => (stored.record.kind === 'release' ? [stored.record] : []));

/** More than one where nobody knows which of a second was pushed later: neither replaces the other. */
function newestBuilt(world: World): Release[] {
  const built = releases(world).filter(({ state }) => state === 'built');
  const last = Math.max(...built.map(({ order }) => order));
  return built.filter(({ order }) => order === last);
}

/** The branch points at what was pushed last, and that release has the order of its last push. */
function newestIsTheNewest(world: World): void {
  const branch = world.store.records.get(`${CODEBASE}/branch`)?.stored.record;
  const last = world.pushes.at(-1);
  if (branch?.kind !== 'branch' || last === undefined) return;
  if (branch.commit !== last.push.commit)
    world.ledger.fail('LIVE', `the branch says ${branch.commit}, ${last.push.commit} was pushed last`);
  const release = releases(world).find(({ commit }) => commit === branch.commit);
  if (release?.state === 'built' && release.order < branch.order)
    world.ledger.fail('LIVE', 'the newest push is built, but its release keeps an older order');
}

function targetHasSettled(world: World, record: Target, approval: 'required' | 'none'): void {
  const { environment, live, candidate, rollout, held } = record;
  const { ledger, clusters } = world;
  const fail = (text: string) => ledger.fail('LIVE', `${environment} ${text}: ${show(record)}`);
  if (rollout) fail('rolls out for ever');
  if (candidate && !held) {
    if (approval === 'none') fail('forgot its candidate');
    if (!candidate.ask) fail('never asks for its candidate');
    if (candidate.ask && candidate.ask.running !== (live?.image ?? null))
      fail('asks a question that nobody can answer');
  }
  const runs = [...(clusters[environment]?.workloads.values() ?? [])].map(({ image }) => image);
  const isSo = runs.length === 0 ? live === null : runs.every((image) => image === live?.image);
  if (ledger.touched.has(environment)) return;
  if (held && /another hand|another rollout/.test(held.reason)) fail('blames another hand, and there was none');
  // Several workloads can end up apart, when a change is refused midway: one image cannot say so, and a person has to see to it.
  const all = world.environments.find(({ name }) => name === environment)?.workloads.length;
  const isApart =
    (held !== null || live?.approved === false) && (new Set(runs).size > 1 || (runs.length > 0 && runs.length !== all));
  if (!isSo && !isApart && record.baseline !== undefined) fail(`runs ${runs.join(' and ') || 'nothing'}`);
}

type Newest = { commit?: string; release?: string | undefined; digest?: string | undefined; order: number };

/** The newest release is live, waits, or somebody has disposed of it. */
function nobodyForgot(world: World, environment: string, newest: Newest[]): void {
  const [first] = newest;
  if (first === undefined) return;
  const record = target(world, environment);
  if (record === undefined) throw world.ledger.fail('LIVE', `${environment} was never offered the newest release`);
  const { live, candidate } = record;
  const isThere = newest.some(({ commit, release = commit, digest, order }) => {
    const isHere = live?.release === release || live?.digest === digest || candidate?.release === release;
    return isHere || world.ledger.disposed.isDisposed(environment, { release, order });
  });
  const name = (first.commit ?? first.release)?.slice(0, 1);
  if (!isThere) world.ledger.fail('LIVE', `${environment} forgot the newest release ${name}: ${show(record)}`);
}
