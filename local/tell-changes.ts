import type { Release } from '../lib/release/record.ts';
import type { Target } from '../lib/target/record.ts';
import type { Stack } from './stack.ts';

const EVERY_MS = 500;

type Told = Pick<Stack, 'releases' | 'targets' | 'service' | 'linkOf'>;

/**
 * Says what changes in the herd, as it happens: builds that end, questions with their links, what is live. Of what was there before, the
 * newest release of each codebase. `stop` ends it.
 */
export function tellChanges(stack: Told, say: (line: string) => void): { stop: () => void } {
  const told = new Map<string, string>();
  /** Says it unless it was the last thing said about the same. */
  const sayOnce = (about: string, line: string | undefined) => {
    // An address that is gone, as that of a codebase off the list, is no news of what is live.
    if (line === undefined || told.get(about) === line || told.get(about)?.startsWith(`${line}: http`)) return;
    told.set(about, line);
    say(line);
  };
  let isFirstLook = true;
  const look = async () => {
    const releases = await stack.releases();
    if (isFirstLook) for (const release of older(releases)) told.set(aboutRelease(release), releaseLine(release) ?? '');
    isFirstLook = false;
    for (const release of releases.toReversed()) sayOnce(aboutRelease(release), releaseLine(release));
    for (const target of await stack.targets()) {
      sayOnce(
        `live ${target.codebase} ${target.environment}`,
        liveLine(target, stack.service(target.codebase, target.environment)()),
      );
      sayOnce(`ask ${target.codebase} ${target.environment}`, askLine(target, stack.linkOf(target)));
      const held = `held ${target.codebase} ${target.environment}`;
      if (target.held !== null || told.has(held)) sayOnce(held, heldLine(target));
      sayOnce(`rollout ${target.codebase} ${target.environment}`, rolloutLine(target));
    }
  };
  let isLooking = false;
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    // The stack may be closing: what is missed is said at the next look.
    await look().catch(() => undefined);
    isLooking = false;
  }, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

const aboutRelease = ({ codebase, commit }: Release) => `release ${codebase} ${commit}`;

/** All but the newest of each codebase, of a list that has the newest first. */
const older = (releases: Release[]): Release[] =>
  releases.filter((one, at) => releases.findIndex(({ codebase }) => codebase === one.codebase) < at);

const nameOf = (codebase: string, commit: string) => `${codebase} ${commit.slice(0, 7)}`;

function releaseLine({ codebase, commit, state, message, reason }: Release): string | undefined {
  if (state === 'confirming' || state === 'queued') return undefined;
  const because = state === 'failed' ? `: ${reason}` : state === 'building' ? `: ${message}` : '';
  return `● ${nameOf(codebase, commit)} ${state}${because}`;
}

function askLine({ codebase, environment, candidate }: Target, link: string | undefined): string | undefined {
  if (candidate?.ask == null || link === undefined) return undefined;
  return `\n? ${nameOf(codebase, candidate.release)} to ${environment}? Look and decide:\n  ${link}\n`;
}

function liveLine({ codebase, environment, live }: Target, address: string): string | undefined {
  if (live?.release === undefined) return undefined;
  return `✔ ${nameOf(codebase, live.release)} is live in ${environment}${address === '' ? '' : `: ${address}`}`;
}

const heldLine = ({ codebase, environment, held }: Target): string =>
  held === null
    ? `‖ ${codebase} ${environment} is held no more`
    : `‖ ${codebase} ${environment} is held by ${held.by.name}: ${held.reason}`;

function rolloutLine({ codebase, environment, rollout }: Target): string | undefined {
  if (rollout === null) return undefined;
  const what = rollout.release === undefined ? rollout.image : nameOf(codebase, rollout.release);
  return `… ${what} ${rollout.phase.replace('-', ' ')} in ${environment}${rollout.reason === undefined ? '' : `: ${rollout.reason}`}`;
}
