import { describe, expect, test } from 'vitest';
import { atOnceOf, beside, type Chain, chainOf, type RunStep } from '../../lib/build/recipe/beside.ts';
import { inTurn } from '../../lib/build/recipe/in-turn.ts';

/** Steps that end when the test says so. */
function stage() {
  const running = new Map<string, { show: (text: string) => void; end: (code: number | undefined) => Promise<void> }>();
  const begun: string[] = [];
  const shown: string[] = [];
  const run: RunStep = (name, folder, show) => {
    let stop = () => {};
    const ended = new Promise<number | undefined>((resolve) => {
      stop = () => resolve(undefined);
      running.set(name, {
        show: (text) => show(Buffer.from(text)),
        end: async (code) => {
          resolve(code);
          await new Promise((turn) => setImmediate(turn));
        },
      });
    });
    begun.push(folder === undefined ? name : `${folder}:${name}`);
    return { ended, stop };
  };
  const at = (name: string) => running.get(name) ?? expect.fail(`${name} has not begun`);
  const start = (chains: string[], atOnce: number) => {
    const all: Chain[] = chains.map(chainOf);
    return beside(all, run, (bytes) => shown.push(bytes.toString()), atOnce);
  };
  return { start, begun, at, log: () => shown.join('') };
}

describe('chains of steps', () => {
  test('run side by side; one that fails hides neither its own chain nor the other', async () => {
    const { start, begun, at, log } = stage();
    const done = start(['vet test', '/copy:check'], 2);
    expect(begun).toEqual(['vet', '/copy:check']);
    at('check').show('half of a line');
    await at('vet').end(1);
    at('test').show('tests\n');
    expect(begun).toEqual(['vet', '/copy:check', 'test']);
    await at('test').end(2);
    await at('check').end(0);
    expect(await done).toEqual(['vet', 'test']);
    expect(log()).toBe('▸ vet\n▸ check\nhalf of a line\n▸ test\ntests\n');
  });

  test('run in their order where one at a time is allowed', async () => {
    const { start, begun, at } = stage();
    const done = start(['vet test', 'build'], 1);
    await at('vet').end(0);
    expect(begun).toEqual(['vet', 'test']);
    await at('test').end(0);
    expect(begun).toEqual(['vet', 'test', 'build']);
    await at('build').end(0);
    expect(await done).toEqual([]);
  });

  test('end without a build where a check failed before it, and say so', async () => {
    const { start, begun, at, log } = stage();
    const done = start(['vet test', 'build'], 1);
    await at('vet').end(1);
    await at('test').end(1);
    expect(await done).toEqual(['vet', 'test']);
    expect(begun).toEqual(['vet', 'test']);
    expect(log()).toContain('drover: build is left out, since vet and test failed\n');
  });

  test('stop a build of which nothing can come any more, and let the checks go on', async () => {
    const { start, at, log } = stage();
    const done = start(['vet test', 'build'], 2);
    await at('vet').end(1);
    await at('test').end(0);
    expect(await done).toEqual(['vet']);
    expect(log()).toBe('▸ vet\n▸ build\ndrover: build is stopped, since vet failed\n▸ test\n');
  });

  test('let a build go on that is tested afterwards; test nothing that was not built', async () => {
    const { start, begun, at } = stage();
    const one = start(['check', 'build test'], 2);
    await at('check').end(1);
    await at('build').end(0);
    await at('test').end(1);
    expect(await one).toEqual(['check', 'test']);
    const two = start(['check', 'build test'], 2);
    await at('check').end(0);
    await at('build').end(1);
    expect(await two).toEqual(['build']);
    expect(begun.filter((name) => name === 'test')).toHaveLength(1);
  });
});

test('output of several is shown whole, one after another in the order of their beginning, and the first as it comes', () => {
  const shown: string[] = [];
  const { begin } = inTurn((bytes) => shown.push(bytes.toString()));
  const log = () => shown.join('');
  const a = begin('a');
  const b = begin('b');
  b.write(Buffer.from('b1\n'));
  a.write(Buffer.from('a1\n'));
  expect(log()).toBe('▸ a\na1\n');
  b.write(Buffer.from('b2'));
  b.end();
  a.write(Buffer.from('a2\n'));
  const c = begin('c');
  c.write(Buffer.from('c1\n'));
  a.end();
  expect(log()).toBe('▸ a\na1\na2\n▸ b\nb1\nb2\n▸ c\nc1\n');
  c.write(Buffer.from('c2\n'));
  expect(log()).toMatch(/c2\n$/);
});

test('a chain is steps, in a folder of its own if one is named', () => {
  expect(chainOf('clippy test')).toEqual({ names: ['clippy', 'test'] });
  expect(chainOf('/a: b/c:build')).toEqual({ folder: '/a: b/c', names: ['build'] });
});

test('as many run at once as there are cores, and memory for', () => {
  const [small, medium] = [3_950_000_000, 7_900_000_000];
  expect(atOnceOf(2, 2, small)).toBe(2);
  expect(atOnceOf(3, 2, medium)).toBe(2);
  expect(atOnceOf(2, 72, medium)).toBe(2);
  expect(atOnceOf(2, 1, medium)).toBe(1);
  expect(atOnceOf(3, 8, small)).toBe(2);
  expect(atOnceOf(2, 8, 1_000_000_000)).toBe(1);
});
