import * as z from 'zod';
import type { Codebase } from '../codebase/codebase.ts';
import { type ComputeSize, computeSizes } from '../codebase/compute.ts';

/**
 * Why a build finds little of what others kept for it: nothing was built before, a file changed by which kept things are found
 * again, or it is not known which files changed.
 */
export const ColdCause = z.enum(['first-build', 'toolchain', 'lockfile', 'unlisted']);
export type ColdCause = z.infer<typeof ColdCause>;

/** What a build is asked to run on: a size (or `fleet`), and why, in a few words for a person. */
export const Machine = z.object({ size: z.string(), why: z.string() });
export type Machine = z.infer<typeof Machine>;

/** What is said of a codebase's machine in the list of the herd. */
export type BuiltOn = Pick<Codebase, 'compute' | 'fleet'>;

const causes: Record<ColdCause, string> = {
  'first-build': 'nothing of it has been built yet',
  toolchain: 'the toolchain changed since the last good build',
  lockfile: 'the lockfile changed since the last good build',
  unlisted: 'what changed was not told in full',
};

/**
 * The rule of `compute: auto`. A build that finds everything compiled but what was edited is done before eight cores are of any
 * use; one that finds nothing uses them all. Where it is not known, large: too small a machine costs minutes, too large a one a cent.
 */
export function chooseMachine({ compute, fleet }: BuiltOn, cold: ColdCause | undefined): Machine {
  if (fleet !== undefined) return { size: 'fleet', why: 'as codebases.yml says' };
  if (compute !== 'auto') return { size: compute, why: 'as codebases.yml says' };
  if (cold === undefined) return { size: 'small', why: 'lockfile and toolchain are as in the last good build' };
  return { size: 'large', why: causes[cold] };
}

const sizes: readonly string[] = computeSizes;
const nextSize = (size: string): string | undefined =>
  sizes.includes(size) ? sizes[sizes.indexOf(size) + 1] : undefined;

/**
 * The machine for a build that was lost. CodeBuild says "Build container found dead before completing the build … because it was
 * out of memory" of one that was too small, and asks for a larger one (user guide, "Troubleshooting"); any other fault says nothing
 * of the machine.
 */
export function machineAfterLoss(machine: Machine, { compute, fleet }: BuiltOn, reason: string): Machine {
  const larger = nextSize(machine.size);
  const isByRule = compute === 'auto' && fleet === undefined;
  if (!isByRule || larger === undefined || !/container found dead|out of memory/i.test(reason)) return machine;
  return { size: larger, why: `the ${machine.size} one ran out of memory` };
}

/**
 * A young account may have no quota at all for a size ("Cannot have more than 0 builds in queue for the account"): then the small
 * one has to do. Undefined where the refusal is another one, or nothing smaller is left.
 */
export function machineAfterRefusal(
  machine: Machine,
  { compute, fleet }: BuiltOn,
  reason: string,
): Machine | undefined {
  if (compute !== 'auto' || fleet !== undefined || machine.size === 'small') return undefined;
  if (!/more than 0 builds/i.test(reason)) return undefined;
  return { size: 'small', why: `this account has no quota for ${machine.size} ones` };
}

/** The size that one build asks for in place of its project's, or undefined where the project says all. */
export function sizeToAsk({ compute, fleet }: BuiltOn, machine: Machine | undefined): ComputeSize | undefined {
  if (compute !== 'auto' || fleet !== undefined) return undefined;
  return computeSizes.find((size) => size === machine?.size);
}

/** `on a large machine: the lockfile changed …` */
export function machineText({ size, why }: Machine): string {
  if (size === 'fleet') return `on a machine of its fleet, ${why}`;
  if (size.startsWith('lambda-')) return `on Lambda with ${size.slice('lambda-'.length).toUpperCase()}, ${why}`;
  return `on ${/^[aeiou]|^x/.test(size) ? 'an' : 'a'} ${size} machine: ${why}`;
}
