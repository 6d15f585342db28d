import { describe, expect, test } from 'vitest';
import { type Figure, figures } from '../../bench/codebuild-figures.ts';
import {
  buildOn,
  type MeasuredBuild,
  machines,
  modelTables,
  patchInProduction,
  secondsOn,
  total,
} from '../../bench/codebuild-model.ts';

const warm: MeasuredBuild = {
  cores: 2,
  steps: [
    { name: 'test', seconds: 20, parallel: 0.5 },
    { name: 'build', seconds: 10, parallel: 0.9, width: 16 },
  ],
  megabytes: { down: 100, up: 50 },
};
const cold: MeasuredBuild = { ...warm, steps: [{ name: 'build', seconds: 600, parallel: 0.95, width: 24 }] };
const [small, large, largest] = machines;
if (small === undefined || large === undefined || largest === undefined) throw new Error('three machines');

describe('a step on other cores', () => {
  test.each([
    ['the same number', { parallel: 0.7 }, 2, 2, 10],
    ['nothing side by side', { parallel: 0 }, 2, 72, 10],
    ['all side by side', { parallel: 1 }, 2, 8, 2.5],
    ['from many to few', { parallel: 1 }, 8, 2, 40],
    ['no more at once than there is', { parallel: 1, width: 4 }, 2, 72, 5],
    ['half of it', { parallel: 0.5 }, 1, 4, 6.25],
  ])('%s', (_, step, from, to, seconds) => {
    expect(secondsOn({ name: 'build', seconds: 10, ...step }, from, to)).toBeCloseTo(seconds);
  });
});

describe('a build on AWS', () => {
  test('is its parts in turn', () => {
    const { parts, seconds } = buildOn(warm, small);
    expect(seconds).toBeCloseTo(total(parts));
    expect(parts.map(({ name }) => name)).toEqual([
      'a machine',
      'source and tools',
      'fetch',
      'test',
      'build',
      'push',
      'end',
    ]);
    expect(parts.find(({ name }) => name === 'test')?.seconds).toBe(20);
    expect(parts.find(({ name }) => name === 'fetch')?.seconds).toBe(2);
  });

  test('costs what its begun minutes cost', () => {
    expect(buildOn(warm, small).seconds).toBeLessThan(60);
    expect([small, large, largest].map((machine) => buildOn(warm, machine).cents)).toEqual([0.34, 1.5, 40]);
    expect(buildOn(cold, small).cents).toBeCloseTo(0.34 * Math.ceil(buildOn(cold, small).seconds / 60));
  });

  test('bears the rule out: warm it gains little by more cores, cold it does', () => {
    const gain = (build: MeasuredBuild) => buildOn(build, small).seconds / buildOn(build, large).seconds;
    expect(gain(warm)).toBeLessThan(1.2);
    expect(gain(cold)).toBeGreaterThan(2.5);
    expect(buildOn(warm, largest).seconds).toBeGreaterThan(buildOn(warm, small).seconds);
  });
});

test('the way of a patch has drover’s own times in it, and a person’s', () => {
  const parts = patchInProduction(warm, small);
  expect(parts.filter(({ name }) => name.endsWith('stays complete')).map(({ seconds }) => seconds)).toEqual([60, 60]);
  expect(parts.find(({ name }) => name === 'build')?.seconds).toBe(buildOn(warm, small).seconds);
  expect(parts.every(({ seconds }) => seconds > 0)).toBe(true);
});

test('every figure names its source, or that it is assumed and why', () => {
  for (const figure of Object.values<Figure>(figures)) {
    expect(figure.seconds).toBeGreaterThan(0);
    expect('from' in figure ? figure.from : figure.assumed).toMatch(/\w+ \w+/);
    expect('from' in figure && 'assumed' in figure).toBe(false);
  }
  const [, , stands] = modelTables({ warm }, warm);
  const assumed = stands?.rows.filter(([, , from]) => from?.startsWith('assumed: ')) ?? [];
  expect(assumed.map(([name]) => name)).toContain('provisioning, 2xlarge');
  expect(stands?.rows).toHaveLength(Object.keys(figures).length + 3);
});

test('the tables have a column for each machine, and their sums', () => {
  const [image, patch] = modelTables({ warm, cold }, warm);
  expect(image?.head).toEqual([
    'build',
    'small, 2 cores, linux/arm64',
    'large, 8 cores, linux/arm64',
    '2xlarge, 72 cores, linux/amd64',
  ]);
  expect(image?.rows.map((row) => row.length)).toEqual([4, 4]);
  expect(image?.rows[0]?.[1]).toMatch(/^0\.8 min, 0\.34 ¢ \(0\.7 of them the build\)$/);
  const sum = Math.round(total(patchInProduction(warm, small)));
  expect(patch?.rows.at(-1)?.[1]).toBe(`${sum} (${(sum / 60).toFixed(1)} min)`);
});
