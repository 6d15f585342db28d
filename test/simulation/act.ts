import type { Addressed } from '../../lib/engine/decide-any.ts';
import type { Shown } from '../../lib/target/event.ts';
import { deliver, endBuild, push, run, runSweep, stall } from './happen.ts';
import { answer, otherWish, wish } from './people.ts';
import { pick, randomFrom } from './random.ts';
import { say, type World } from './world.ts';

// Over 150 lines: the whole repertoire of what can happen, with its odds, belongs on one page.

/** What a history remembers besides the world: pages that are open, and wishes that can be sent once more. */
export type Story = { pages: Shown[]; wishes: Addressed[]; foreignEdits: number; mayUndo: boolean };

const MANY = 400;
const LETTERS = ['a', 'b', 'c'];

/** One thing happens. Everything in it is drawn from its own seed, so a history is a list of integers, and any part of one is one. */
export async function act(world: World, story: Story, seed: number): Promise<void> {
  world.random = randomFrom(seed);
  const { random } = world;
  const draw = random() * 100;
  if (draw < 30) return void ((await goOn(world)) || (await arrive(world)) || later(world, 2));
  if (draw < 52) return void ((await arrive(world)) || (await goOn(world)) || later(world, 3));
  if (draw < 58) return pushSomething(world);
  if (draw < 65) return buildEnds(world);
  if (draw < 71) return rolloutMoves(world);
  if (draw < 77) return later(world, 1 + random() * jump(random()));
  if (draw < 81) return sweepSome(world);
  if (draw < 83) return world.late.splice(Math.floor(random() * world.late.length), 1)[0]?.perform();
  if (draw < 85) return anotherHand(world, story);
  if (draw < 91) return person(world, story, answer(world, story.pages));
  if (draw < 94) return again(world, story);
  return person(world, story, otherWish(world));
}

function later(world: World, seconds: number): void {
  world.now += Math.round(seconds * 1000);
}

/** Mostly seconds; sometimes past a deadline, an expiry or the six hours of a refused build. */
const jump = (draw: number): number => (draw < 0.7 ? 10 : draw < 0.9 ? 150 : draw < 0.97 ? 4_000 : 25_000);

async function goOn(world: World): Promise<true | undefined> {
  const { random } = world;
  const process = pick(random, world.processes);
  if (process === undefined) return undefined;
  const draw = random();
  if (draw < 0.06) stall(world, process);
  else await run(world, process, draw < 0.7 ? MANY : 1 + Math.floor(random() * 6));
  return true;
}

async function arrive(world: World): Promise<true | undefined> {
  const { random, messages } = world;
  const message = pick(
    random,
    messages.filter(({ at }) => at <= world.now),
  );
  if (message === undefined) return undefined;
  const draw = random();
  const take = () => messages.splice(messages.indexOf(message), 1);
  if (draw < 0.06 && message.kind !== 'push') {
    say(world, `a message is lost: ${message.kind}`);
    world.faulty = true;
    take();
    return true;
  }
  if (draw > 0.15) take();
  const process = await deliver(world, message);
  if (process && random() < 0.7) await run(world, process, MANY);
  return true;
}

function pushSomething(world: World): void {
  const { random, pushes } = world;
  if (pushes.length >= 6) return;
  const used = [...new Set(pushes.map(({ push }) => push.message))];
  const last = pushes.at(-1)?.push.message;
  const fresh = LETTERS.find((letter) => !used.includes(letter));
  const old = used.filter((letter) => letter !== last);
  const letter = fresh !== undefined && (old.length === 0 || random() < 0.7) ? fresh : pick(random, old);
  if (letter !== undefined) push(world, letter, random() < 0.25 ? 0 : 1);
}

function buildEnds(world: World): void {
  const build = pick(
    world.random,
    world.workshop.builds.filter(({ status }) => status === 'running'),
  );
  const draw = world.random();
  if (build) endBuild(world, build, draw < 0.75 ? 'succeeded' : draw < 0.88 ? 'failed' : 'lost');
  else later(world, 1);
}

function rolloutMoves(world: World): void {
  const { random } = world;
  const environment = pick(random, world.environments)?.name ?? '';
  for (const workload of world.clusters[environment]?.workloads.values() ?? []) {
    if (workload.status !== 'progressing' || random() < 0.2) continue;
    workload.status = isBad(world, workload.image) || random() < 0.2 ? 'failed' : 'complete';
    workload.resourceVersion += 1;
    say(world, `${environment} ${workload.name}: ${workload.status}`);
  }
}

export const isBad = (world: World, image: string): boolean => {
  const letter = image.split('sha256:')[1]?.slice(0, 1);
  return letter !== undefined && world.bad.has(letter);
};

async function sweepSome(world: World): Promise<void> {
  await runSweep(world);
  if (world.random() < 0.6) for (const process of [...world.processes]) await run(world, process, MANY);
}

/** Somebody changes a cluster by other means, or only touches it. */
function anotherHand(world: World, story: Story): void {
  const { random } = world;
  const environment = pick(random, world.environments)?.name ?? '';
  const workload = pick(random, [...(world.clusters[environment]?.workloads.values() ?? [])]);
  if (workload === undefined) return;
  workload.resourceVersion += 1;
  // Without a draw of its own, so that the histories that are known stay the same.
  if (workload.resourceVersion % 4 === 0) workload.asleep = !workload.asleep;
  if (random() < 0.3 || story.foreignEdits >= 2) return;
  const seen = [...(world.ledger.wasLive.get(environment)?.keys() ?? [])];
  const image = random() < 0.4 ? 'foreign' : (pick(random, ['foreign', 'base', ...seen]) ?? 'foreign');
  if (image === workload.image) return;
  story.foreignEdits += 1;
  world.ledger.touched.add(environment);
  const rollout = 'drover.dev/rollout';
  if (story.mayUndo && random() < 0.3)
    workload.annotations[rollout] = String(Math.max(0, Number(workload.annotations[rollout] ?? 0) - 1));
  say(world, `ANOTHER HAND in ${environment}: ${workload.name} ${workload.image} -> ${image}`);
  Object.assign(workload, { image, status: 'progressing' });
}

async function person(world: World, story: Story, wanted: Addressed | undefined): Promise<void> {
  if (wanted === undefined) return;
  story.wishes.push(wanted);
  await wish(world, wanted);
  const process = world.processes.at(-1);
  if (process && world.random() < 0.8) await run(world, process, MANY);
}

/** A double click, a client that tries again, a delivery sent twice. */
async function again(world: World, story: Story): Promise<void> {
  const { random } = world;
  const wanted = random() < 0.6 ? pick(random, story.wishes) : undefined;
  if (wanted !== undefined) {
    await wish(world, wanted);
    const process = world.processes.at(-1);
    if (process) await run(world, process, MANY);
    return;
  }
  const pushed = pick(random, world.pushes);
  if (pushed !== undefined) world.messages.push({ kind: 'push', seq: pushed.seq, at: world.now });
}
