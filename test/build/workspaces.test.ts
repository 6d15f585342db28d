import { describe, expect, test } from 'vitest';
import { pythonWorkspace } from '../../lib/build/recipe/python-workspace.ts';
import { nodeWorkspace } from '../../lib/build/recipe/workspaces.ts';

const start = { scripts: { start: 'node a.js' } };
const herd: Record<string, object> = {
  'package.json': { name: 'herd', workspaces: ['packages/*', 'services/**', '!services/old'] },
  'packages/words/package.json': { name: '@herd/words' },
  'packages/log/package.json': { name: '@herd/log', dependencies: { '@herd/words': '*' } },
  'services/shop/package.json': { name: '@herd/shop', ...start, dependencies: { '@herd/log': '*', ms: '2' } },
  'services/till/package.json': { name: '@herd/till', ...start, devDependencies: { '@herd/words': '*' } },
  'services/old/package.json': { name: '@herd/old', ...start },
  'docs/package.json': { name: 'docs' },
};

function workspaceOf(files: Record<string, object | string>, codebase: string, named?: string) {
  const folders = Object.keys(files).flatMap((path) => /^(.*)\/package.json$/.exec(path)?.[1] ?? []);
  const read = (path: string) => {
    const found = files[path];
    return found === undefined || typeof found === 'string' ? found : JSON.stringify(found);
  };
  return nodeWorkspace(read, ['.', ...folders], codebase, named);
}

describe('the package that is the service', () => {
  test('is named, and what it stands on comes before it', () => {
    const shop = {
      needed: ['packages/words', 'packages/log', 'services/shop'],
      others: ['services/till'],
    };
    for (const named of ['@herd/shop', 'services/shop', './services/shop/', 'shop'])
      expect(workspaceOf(herd, 'x', named)).toEqual(shop);
    expect(workspaceOf(herd, 'shop')).toEqual(shop);
    expect(workspaceOf(herd, 'till')).toEqual({
      needed: ['packages/words', 'services/till'],
      others: ['packages/log', 'services/shop'],
    });
  });

  test('is the root where there are no workspaces, or where it says how to start', () => {
    expect(workspaceOf({ 'package.json': start }, 'x')).toEqual({ needed: ['.'], others: [] });
    expect(workspaceOf({ ...herd, 'package.json': { workspaces: ['services/*'], ...start } }, 'shop')).toEqual({
      needed: ['.'],
      others: [],
    });
    expect(workspaceOf({ 'package.json': { name: 'x', ...start } }, 'x', 'x').needed).toEqual(['.']);
  });

  test("is the only one that starts, in pnpm's and in Yarn's own list too", () => {
    const { 'services/till/package.json': _, ...one } = herd;
    expect(workspaceOf(one, 'x').needed.at(-1)).toBe('services/shop');
    const pnpm = { ...one, 'package.json': {}, 'pnpm-workspace.yaml': 'packages:\n  - services/*\n' };
    expect(() => workspaceOf(pnpm, 'x')).toThrow('several packages (services/shop, services/old): name one by');
    const yarn = { ...one, 'package.json': { workspaces: { packages: ['services/shop'] } } };
    expect(workspaceOf(yarn, 'x').needed).toEqual(['services/shop']);
  });

  test('is refused in one line where it cannot be known', () => {
    expect(() => workspaceOf(herd, 'x')).toThrow(
      'several packages (packages/words, packages/log, services/shop, services/till): name one by “package:” in codebases.yml',
    );
    expect(() => workspaceOf(herd, 'x', 'none')).toThrow('there is no package none: there is packages/words, ');
    expect(() => workspaceOf({ 'package.json': { name: 'a', ...start } }, 'x', 'b')).toThrow(
      'there is no package b: there is a',
    );
  });

  test('that stands on itself by a circle is still found', () => {
    const files = {
      'package.json': { workspaces: ['*'] },
      'a/package.json': { name: 'a', ...start, dependencies: { b: '*' } },
      'b/package.json': { name: 'b', dependencies: { a: '*' } },
    };
    expect(workspaceOf(files, 'a').needed).toEqual(['b', 'a']);
  });
});

describe('the package of a uv workspace', () => {
  const project = (name: string, ...dependencies: string[]) =>
    `[project]\nname = "${name}"\ndependencies = ${JSON.stringify(dependencies)}\n`;
  const files: Record<string, string> = {
    'pyproject.toml': project('herd'),
    'packages/words/pyproject.toml': project('Herd_Words'),
    'services/shop/pyproject.toml': project('shop', 'herd-words>=1', 'six==1'),
  };
  const folders = ['.', 'packages/words', 'services/shop'];
  const of = (named?: string) => pythonWorkspace((path) => files[path], folders, named);

  test('is named, and what it stands on comes before it', () => {
    const words = { folder: 'packages/words', name: 'herd-words' };
    for (const named of ['shop', 'services/shop', './services/shop/'])
      expect(of(named)).toEqual([words, { folder: 'services/shop', name: 'shop' }]);
    expect(of('words')).toEqual([words]);
    expect(of('herd_words')).toEqual([words]);
  });

  test('is the root where none is named; another name is refused with those that there are', () => {
    expect(of()).toEqual([{ folder: '.', name: '' }]);
    expect(() => of('till')).toThrow('there is no package till: there is herd, herd-words, shop');
  });
});
