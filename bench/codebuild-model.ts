import { centsOf } from '../lib/build/cost.ts';
import { type ComputeSize, computeTypes, cores, type Platform } from '../lib/codebase/compute.ts';
import { resolveHerd } from '../lib/codebase/resolve-herd.ts';
import { CORE_SPEED, type Figure, figures, MEGABYTES_A_SECOND } from './codebuild-figures.ts';
import type { Table } from './report.ts';

/**
 * A step as it was measured. `parallel` is the share of its work that uses every core there is, 0 to 1; `width` how many cores that
 * share can use at most (crates that can be compiled at once, test processes).
 */
export type MeasuredStep = { name: string; seconds: number; parallel: number; width?: number };

/** A build that was measured here: its steps in turn, and what it moved over the network, which was no part of their time. */
export type MeasuredBuild = {
  cores: number;
  steps: MeasuredStep[];
  /** Archive, packages, base image; then image and archive. */
  megabytes: { down: number; up: number };
};

export type Part = { name: string; seconds: number };
export type Machine = { size: 'small' | 'large' | '2xlarge'; platform: Platform };

/** 2, 8 and 72 cores: what the rule chooses between, and the largest there is. */
export const machines: Machine[] = [
  { size: 'small', platform: 'linux/arm64' },
  { size: 'large', platform: 'linux/arm64' },
  { size: '2xlarge', platform: 'linux/amd64' },
];

const coresOf = ({ size, platform }: { size: ComputeSize; platform: Platform }): number => cores[platform][size];

/** Amdahl's law, from what so many cores took to what others would. */
export function secondsOn(
  { seconds, parallel, width = Number.POSITIVE_INFINITY }: MeasuredStep,
  from: number,
  to: number,
): number {
  const share = (many: number) => 1 - parallel + parallel / Math.min(many, Math.max(1, width));
  return (seconds * share(to)) / share(from) / CORE_SPEED;
}

/** The build on one of CodeBuild's machines: its parts in turn, together, and cents by the list price, which counts from its start. */
export function buildOn({ cores: from, steps, megabytes }: MeasuredBuild, machine: Machine) {
  const parts: Part[] = [
    { name: 'a machine', seconds: figures.queued.seconds + figures[`provisioning, ${machine.size}`].seconds },
    { name: 'source and tools', seconds: figures.source.seconds + figures.tools.seconds },
    { name: 'fetch', seconds: megabytes.down / MEGABYTES_A_SECOND },
    ...steps.map((step) => ({ name: step.name, seconds: secondsOn(step, from, coresOf(machine)) })),
    { name: 'push', seconds: megabytes.up / MEGABYTES_A_SECOND },
    { name: 'end', seconds: figures.finalizing.seconds },
  ];
  const seconds = total(parts);
  const type = machine.platform === 'linux/arm64' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER';
  return { parts, seconds, cents: centsOf({ type, size: computeTypes[machine.size] }, seconds * 1_000) };
}

/** From the push to the service in production: staging without approval, production with one, drover's own defaults for the rest. */
export function patchInProduction(build: MeasuredBuild, machine: Machine): Part[] {
  const stable = { name: 'stays complete', seconds: stabilitySeconds() };
  const rollout = (where: string): Part[] => [
    { name: `${where}: pods start`, seconds: figures['pods start'].seconds },
    { ...stable, name: `${where}: ${stable.name}` },
  ];
  return [
    { name: 'push reaches drover', seconds: figures['push reaches drover'].seconds },
    { name: 'build', seconds: buildOn(build, machine).seconds },
    { name: 'end of the build is told', seconds: figures['end of the build is told'].seconds },
    ...rollout('staging'),
    { name: 'a person says yes', seconds: figures['a person says yes'].seconds },
    ...rollout('production'),
  ];
}

/** What the list of the herd says where it says nothing. */
function stabilitySeconds(): number {
  const [codebase] = resolveHerd({ codebases: [{ name: 'shop', language: 'rust', organisation: 'flock' }] }).codebases;
  return codebase?.environments[0]?.stabilitySeconds ?? Number.NaN;
}

export const total = (parts: Part[]): number => parts.reduce((sum, { seconds }) => sum + seconds, 0);

const titleOf = (machine: Machine): string => `${machine.size}, ${coresOf(machine)} cores, ${machine.platform}`;
const minutes = (seconds: number): string => (seconds / 60).toFixed(1);

/** Each measured build on each machine, the way of a patch by its parts, and what all of it stands on. */
export function modelTables(builds: Record<string, MeasuredBuild>, patch: MeasuredBuild): Table[] {
  const ways = machines.map((machine) => patchInProduction(patch, machine));
  const names = ways[0]?.map(({ name }) => name) ?? [];
  return [
    {
      caption: 'Push to image on AWS, by the model: minutes, and cents a build',
      head: ['build', ...machines.map(titleOf)],
      rows: Object.entries(builds).map(([name, build]) => [
        name,
        ...machines.map((machine) => {
          const { seconds, cents } = buildOn(build, machine);
          const told = total(patchInProduction(build, machine).slice(0, 3));
          return `${minutes(told)} min, ${cents === undefined ? 'no rate known' : `${cents} ¢`} (${minutes(seconds)} of them the build)`;
        }),
      ]),
    },
    {
      caption: 'A patch in production, by the model: seconds of each part',
      head: ['part', ...machines.map(titleOf)],
      rows: [
        ...names.map((name, at) => [name, ...ways.map((parts) => (parts[at]?.seconds ?? 0).toFixed(0))]),
        ['together', ...ways.map((parts) => `${total(parts).toFixed(0)} (${minutes(total(parts))} min)`)],
      ],
    },
    { caption: 'What the model stands on', head: ['figure', 'is', 'from'], rows: figureRows() },
  ];
}

function figureRows(): string[][] {
  const all: [string, Figure][] = Object.entries(figures);
  return [
    ...all.map(([name, figure]) => [
      name,
      `${figure.seconds} s`,
      'from' in figure ? figure.from : `assumed: ${figure.assumed}`,
    ]),
    ['network', `${MEGABYTES_A_SECOND} MB/s`, 'assumed: nothing is promised for CodeBuild'],
    ['a core', `${CORE_SPEED} of the one that measured`, 'assumed: AWS names neither processor nor clock'],
    ['cents', '–', 'lib/build/rates.ts, each with its source'],
  ];
}
