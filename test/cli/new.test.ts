import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { herdText, personsMachine } from './machine.ts';

const line = '  - { name: pebble, language: node }\n';

describe('drover new, without GitHub', () => {
  test('makes the folder with its first commit beside drover, and the line; all else of the file stays', async () => {
    const it = personsMachine();

    const { code, out, err } = await it.run('new pebble --language node');

    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(`pebble, in node:
  ../pebble: 8 files, a first commit on main
  codebases.yml: - { name: pebble, language: node }

Next, on this machine: \`npm start\` takes it up, in a clone of its own: .drover/codebases/pebble.
Or on GitHub: make acme/pebble there, empty (with GITHUB_TOKEN set, this very command does), then
  git -C ../pebble remote add origin https://github.com/acme/pebble.git && git -C ../pebble push -u origin main`);
    expect(it.herd()).toBe(herdText + line);
    expect(it.git('pebble', 'log', '--format=%an <%ae> %s %D')).toBe(
      'Ann <ann@example.org> First version HEAD -> main',
    );
    expect(it.git('pebble', 'status', '--porcelain')).toBe('');
    const files = newCodebaseFiles('node', 'pebble');
    expect(it.git('pebble', 'ls-files').split('\n').toSorted()).toEqual(Object.keys(files).toSorted());
    expect(readFileSync(join(it.folder, 'pebble/package.json'), 'utf8')).toContain('"name": "pebble"');
    expect(readdirSync(it.folder).toSorted()).toEqual(['drover', 'pebble']);
  });

  test('passes its own tests from the first commit; an organisation of its own is in its line', async () => {
    const it = personsMachine();
    expect((await it.run('new pebble --language node --organisation other')).code).toBe(0);
    expect(it.herd()).toContain('- { name: pebble, language: node, organisation: other }');
    const env = { PATH: process.env.PATH, HOME: it.folder };
    const tested = execFileSync(process.execPath, ['--test'], {
      cwd: join(it.folder, 'pebble'),
      env,
      encoding: 'utf8',
    });
    expect(tested).toMatch(/fail 0/);
  });

  test('called again changes nothing and says so; what a person did to the codebase since does not matter', async () => {
    const it = personsMachine();
    await it.run('new pebble --language node');
    writeFileSync(join(it.folder, 'pebble/greeting.js'), 'export const greeting = () => 1;\n');
    it.git('pebble', 'commit', '--all', '--quiet', '--message', 'mine');

    const { code, out } = await it.run('new pebble --language node');

    expect([code, out]).toEqual([
      0,
      expect.stringContaining('codebases.yml: - { name: pebble, language: node } (it stood there)'),
    ]);
    expect(it.herd()).toBe(herdText + line);
    expect(it.git('pebble', 'log', '--format=%s')).toBe('mine\nFirst version');
  });

  test('goes on where it was interrupted: the folder stands, the line is missing', async () => {
    const it = personsMachine();
    await it.run('new pebble --language node');
    writeFileSync(join(it.drover, 'codebases.yml'), herdText);

    expect((await it.run('new pebble --language node')).out).toContain(
      '../pebble: 8 files, a first commit on main (it stood there)',
    );
    expect(it.herd()).toBe(herdText + line);
  });

  test('takes an empty folder that is named, and where npm start keeps its clones if that has run here', async () => {
    const it = personsMachine();
    mkdirSync(join(it.folder, 'mine'));
    expect((await it.run('new pebble --language node --folder ../mine')).code).toBe(0);
    expect(existsSync(join(it.folder, 'mine/.git'))).toBe(true);
    mkdirSync(join(it.drover, '.drover/codebases'), { recursive: true });
    expect((await it.run('new flint --language go')).out).toMatch(
      /^ {2}\.drover\/codebases\/flint: 6 files, .*`npm start` makes its first push, builds it and asks you; one that runs does so by itself\.$/ms,
    );
  });
});

describe('what it refuses is one line, and nothing is made', () => {
  const refused: [name: string, words: string, says: string | RegExp, code?: number][] = [
    [
      'a language that is none',
      'new pebble --language nod',
      'unknown language “nod”. Did you mean “node”? Known: dockerfile, go, node, python, rust',
    ],
    [
      'no language',
      'new pebble',
      /^--language is missing: dockerfile, go, node, python, rust\nUsage: drover new NAME/,
      2,
    ],
    ['no name', 'new --language go', /^NAME is missing\n/, 2],
    [
      'a name that is taken',
      'new shop --language node',
      'codebases.yml has a codebase “shop” already: take another name',
    ],
    [
      'a name that is taken, in its language',
      'new shop --language go',
      'codebases.yml has a codebase “shop” already: take another name',
    ],
    [
      'a name that a platform refuses',
      'new Pebble --language go',
      /^“Pebble”: ECR would refuse it: .*; “pebble” would do$/,
    ],
    ['a name that leads elsewhere', 'new ../pebble --language go', /^“\.\.\/pebble”: ECR would refuse it/],
    [
      'an organisation that cannot be',
      'new pebble --language go --organisation a_b',
      /^“a_b”: GitHub has no such name/,
    ],
    [
      'a folder that holds something',
      'new pebble --language go --folder .',
      '. is not empty: name another place by --folder',
    ],
    ['a herd that is not there', 'new pebble --language go --herd other.yml', 'there is no other.yml'],
  ];
  test.each(refused)('%s', async (_, words, says, code = 1) => {
    const it = personsMachine();
    const ran = await it.run(words);
    expect([ran.code, ran.out, ran.err]).toEqual([
      code,
      '',
      typeof says === 'string' ? says : expect.stringMatching(says),
    ]);
    expect(it.herd()).toBe(herdText);
    expect([readdirSync(it.folder), readdirSync(it.drover)]).toEqual([['drover'], ['codebases.yml']]);
  });

  test('no herd here, a herd that is wrong, one without an organisation', async () => {
    expect((await personsMachine({}, '').run('new pebble --language go')).err).toBe(
      "there is no codebases.yml here: run it in drover's folder, or name the file by --herd",
    );
    expect((await personsMachine({}, 'codebases:\n  - { name: a }\n').run('new pebble --language go')).err).toMatch(
      /^codebases\.yml:2:5 “language” is missing/,
    );
    expect((await personsMachine({}, 'codebases: []\n').run('new pebble --language go')).err).toBe(
      'no GitHub organisation: name it by --organisation, or in the defaults of the herd',
    );
  });

  test('no git, and a git that does not know who commits', async () => {
    const without = personsMachine({ PATH: '/nowhere' });
    expect((await without.run('new pebble --language go')).err).toBe(
      'drover needs git on this machine, and there is none.',
    );
    const nobody = personsMachine({
      GIT_AUTHOR_NAME: '',
      GIT_AUTHOR_EMAIL: '',
      GIT_COMMITTER_NAME: '',
      GIT_COMMITTER_EMAIL: '',
    });
    expect((await nobody.run('new pebble --language go')).err).toMatch(
      /^git does not know who makes the first commit: git config/,
    );
    expect([readdirSync(nobody.folder), nobody.herd()]).toEqual([['drover'], herdText]);
  });

  test('a commit that a hook of the person refuses leaves no folder', async () => {
    const it = personsMachine();
    mkdirSync(join(it.folder, 'hooks'));
    writeFileSync(join(it.folder, 'hooks/pre-commit'), '#!/bin/sh\necho "error: not today" >&2\nexit 1\n', {
      mode: 0o755,
    });
    writeFileSync(join(it.folder, '.gitconfig'), `[core]\n\thooksPath = ${join(it.folder, 'hooks')}\n`);
    expect((await it.run('new pebble --language go')).err).toBe('git commit failed: error: not today');
    expect([existsSync(join(it.folder, 'pebble')), it.herd()]).toEqual([false, herdText]);
    expect(readdirSync(it.folder).toSorted()).toEqual(['.gitconfig', 'drover', 'hooks']);
  });
});
