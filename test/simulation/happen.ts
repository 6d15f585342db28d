import type { Push } from '../../lib/branch/record.ts';
import { sweep } from '../../lib/engine/sweep.ts';
import { checkTarget } from '../../lib/target/check-target.ts';
import { type Build, buildsOf } from './builds.ts';
import { clusterOf, spawn } from './invocation.ts';
import { call, type Process, step } from './scheduler.ts';
import { CODEBASE, fault, type Message, say, TIMEOUT, target, type World } from './world.ts';

/** A commit is one letter, forty times. */
const commitOf = (letter: string): string => letter.repeat(40);

/** A commit is pushed; its delivery is on its way. `after` is how many seconds later than the last push; 0: within the same second. */
export function push(world: World, letter: string, after: number): void {
  const last = world.pushes.at(-1);
  const before = last?.push.commit ?? '0'.repeat(40);
  const pushedAt = Math.max(Math.floor(world.now / 1000), last === undefined ? 0 : last.push.pushedAt + after);
  const made: Push = {
    commit: commitOf(letter),
    before,
    pushedAt: after === 0 && last !== undefined ? last.push.pushedAt : pushedAt,
    forced: false,
    message: letter,
    author: 'ann',
    pusher: 'ann',
    ...(world.pushes.length % 4 === 2 ? { touches: 'lockfile' as const } : {}),
  };
  const seq = world.pushes.length + 1;
  world.pushes.push({ seq, push: made, accepted: false, event: { kind: 'pushed', push: made } });
  say(world, `PUSH ${seq} of ${letter} at second ${made.pushedAt % 1e4}`);
  world.messages.push({ kind: 'push', seq, at: world.now });
}

/** A message arrives, and a function begins. */
export async function deliver(world: World, message: Message): Promise<Process | undefined> {
  switch (message.kind) {
    case 'wake':
      return spawn(world, 'worker', `wake ${message.wake.key.record}`, ({ woken }) => woken(message.wake));
    case 'push': {
      const pushed = world.pushes[message.seq - 1];
      if (pushed === undefined) return undefined;
      return spawn(world, 'webhook', `push ${message.seq}`, async ({ advance }) => {
        await advance.branch(CODEBASE, pushed.event);
        pushed.accepted = true;
      });
    }
    case 'built': {
      const { buildId, commit } = message;
      return spawn(world, 'finished', `built ${commit.slice(0, 1)}`, async ({ advance }, process) => {
        const observed = await buildsOf(process, world.workshop).look(buildId);
        if (observed.kind !== 'running')
          await advance.release(CODEBASE, commit, { kind: 'build-observed', buildId, observed });
      });
    }
  }
}

/** A build ends; its event is on its way. */
export function endBuild(world: World, build: Build, status: 'succeeded' | 'failed' | 'lost'): void {
  const letter = world.sameDigest && build.commit === commitOf('c') ? 'b' : build.commit.slice(0, 1);
  build.status = status;
  if (status === 'succeeded') {
    const digest = world.workshop.tags.get(build.commit) ?? `sha256:${letter.repeat(64)}`;
    world.workshop.tags.set(build.commit, digest);
    build.digest = digest;
  }
  say(world, `build of ${build.commit.slice(0, 1)} ${status}`);
  world.messages.push({ kind: 'built', commit: build.commit, buildId: build.id, at: world.now });
}

/** The sweep of functions/sweep.ts, and a look for drift. */
export async function runSweep(world: World): Promise<void> {
  const { store, messages } = world;
  const sendWake = async (wake: { key: Parameters<typeof store.read>[0] }, delay: number) =>
    void messages.push({ kind: 'wake', wake, at: world.now + delay });
  await sweep({ store, sendWake, now: () => world.now, oldestDue: () => {} });
  for (const environment of world.environments)
    await spawn(world, 'worker', `drift ${environment.name}`, async ({ advance }, process) => {
      const record = await call(process, 'read the target', () => target(world, environment.name));
      if (record !== undefined) await checkTarget({ cluster: clusterOf(world, process), advance }, record, environment);
    });
}

/** Lets a process go on for some calls; on the way it may meet outages, or be killed by its time limit. */
export async function run(world: World, process: Process, calls: number): Promise<void> {
  for (let i = 0; i < calls && !process.ended && world.violation === undefined; i++) {
    if (world.now - process.bornAt > TIMEOUT) {
      world.faulty = true;
      return end(world, process);
    }
    const isLost = fault(world, 0.02);
    if (isLost) world.faulty = true;
    await step(process, isLost ? (world.random() < 0.5 ? 'request-lost' : 'answer-lost') : 'answered');
  }
  if (process.ended) end(world, process);
}

/** A process that has ended, or that is no more: a crash. */
function end(world: World, process: Process): void {
  world.processes.splice(world.processes.indexOf(process), 1);
}

/** An executor stops while its change is on its way; the change arrives later, or not at all. */
export function stall(world: World, process: Process): void {
  const { call } = process;
  world.faulty = true;
  end(world, process);
  if (call?.isChange && world.late.length < 3) {
    say(world, `p${process.id} stalls; "${call.what}" will arrive late`);
    world.late.push({ what: call.what, perform: call.perform });
  } else say(world, `p${process.id} crashes before "${call?.what}"`);
}
