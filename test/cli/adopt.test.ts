import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../cli/adopt/examine.ts';
import { recipeNode } from '../../cli/adopt/languages.ts';
import { writeFiles } from '../../lib/template/files.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { missingTools } from '../../local/tools.ts';
import { herdText, personsMachine } from './machine.ts';

const [hasCargo, hasGo] = [missingTools(['cargo']).length === 0, missingTools(['go']).length === 0];

type Change = Record<string, string | undefined>;

/** A repository beside drover's folder: a template with some files other or away, and an origin. */
function repository(language: string, change: Change = {}, origin = 'git@github.com:acme/till.git') {
  const it = personsMachine({ RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), '.rustup') });
  const folder = join(it.folder, 'till');
  writeFiles(folder, newCodebaseFiles(language, 'till'));
  for (const [path, text] of Object.entries(change))
    if (text === undefined) rmSync(join(folder, path));
    else writeFiles(folder, { [path]: text });
  it.git('till', 'init', '--quiet', '--initial-branch', 'main');
  it.git('till', 'add', '--all', '--force');
  it.git('till', 'commit', '--quiet', '--message', 'First version');
  if (origin !== '') it.git('till', 'remote', 'add', 'origin', origin);
  return { ...it, at: folder, adopt: (more = '') => it.run(`adopt ../till${more && ` ${more}`}`) };
}

const line = '- { name: till, language: node }';

describe('drover adopt, of what is whole', () => {
  test('says what a build would take, and the line; nothing is changed until --add', async () => {
    const it = repository('node');
    expect(await it.adopt()).toEqual({
      code: 0,
      err: '',
      out: `✓ language  node (package.json)
✓ manifest  package.json
✓ lockfile  package-lock.json
✓ version   Node 24, the recipe's own
✓ package   the root
✓ program   node server.js
✓ tests     node --test
✓ remote    github.com/acme/till
✓ branch    main
✓ name      till

codebases.yml: ${line}`,
    });
    expect(it.herd()).toBe(herdText);
    expect(it.git('till', 'status', '--porcelain')).toBe('');

    expect((await it.adopt('--add')).out).toMatch(/The line is added: commit it, and `npx serverless deploy`\.$/);
    expect(it.herd()).toBe(`${herdText}  ${line}\n`);
    expect(await it.adopt()).toMatchObject({
      code: 1,
      out: expect.stringContaining('✗ herd      till is in codebases.yml already: another is added by --name'),
    });
  });

  test.each([
    ['python', '✓ program   python3 main.py', '✓ lockfile  none is needed: it depends on nothing'],
    ['dockerfile', '✓ program   the last stage', '✓ tests     the stage “test”'],
    ...(!hasCargo ? [] : [['rust', '✓ program   till, of the package till', '✓ lockfile  Cargo.lock']]),
    ...(!hasGo ? [] : [['go', '✓ program   example.com/till', '✓ version   Go 1.24, by go.mod']]),
  ])('the template of %s', async (language = '', ...says) => {
    const { code, out } = await repository(language).adopt(language === 'dockerfile' ? '--language dockerfile' : '');
    expect([code, out]).toEqual([0, expect.stringContaining(`codebases.yml: - { name: till, language: ${language} }`)]);
    for (const words of says) expect(out).toContain(words);
  });

  test('the line says what is not as usual: owner, repository, branch, program', async () => {
    const it = repository(
      'node',
      { 'package.json': '{"bin":{"a":"a.js","b":"b.js"}}' },
      'ssh://git@github.com:22/other/Till.js.git',
    );
    it.git('till', 'branch', '--move', 'trunk');
    const { code, out } = await it.adopt('--binary b');
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /: - \{ name: till-js, language: node, organisation: other, repository: Till\.js, branch: trunk, binary: b \}$/,
      ),
    ]);
    expect(out).toContain('✓ branch    trunk, as there is no main');
    expect(out).toContain('✓ program   node b.js');
  });
});

describe('drover adopt, of what lacks something', () => {
  const lacking: [name: string, language: string, change: Change, says: string[]][] = [
    [
      'no lockfile',
      'node',
      { 'package-lock.json': undefined },
      ['✗ lockfile  there is no lockfile: commit package-lock.json (or pnpm-lock.yaml, or yarn.lock)'],
    ],
    ['two lockfiles', 'node', { 'yarn.lock': '' }, ['✗ lockfile  there are lockfiles of npm yarn: keep one']],
    [
      'nothing that starts',
      'node',
      { 'package.json': '{}', 'server.js': undefined },
      ['✗ program   package.json does not say how to start', '· tests     package.json has no test script'],
    ],
    [
      'several programs',
      'node',
      { 'package.json': '{"bin":{"a":"a.js","b":"b.js"}}' },
      ['✗ program   several programs (a, b): name one by “binary:”'],
    ],
    ['a manifest that is no JSON', 'node', { 'package.json': '{' }, ['✗ manifest  package.json is no JSON: ']],
    [
      'scripts that are a list',
      'node',
      { 'package.json': '{"scripts":["a"]}' },
      ['✗ package   Invalid input: expected record, received array → at scripts'],
    ],
    ['a Go that this machine has not', 'go', { 'go.mod': 'module a\n\ngo 1.999\n' }, ['· program   ']],
    [
      'a go.mod that cannot be read',
      'go',
      { 'go.mod': 'x\n' },
      hasGo ? ['✗ manifest  go.mod:1: unknown directive: x'] : ['· program   '],
    ],
    [
      'a Cargo.toml that is none',
      'rust',
      { 'Cargo.toml': 'x = \n' },
      [hasCargo ? '✗ program   cargo metadata: error:' : '· program   '],
    ],
    [
      'an engine that is no range',
      'node',
      { 'package.json': '{"engines":{"node":"new"},"main":"server.js"}' },
      ['✗ version   package.json asks for Node “new”, which is no range of versions'],
    ],
    [
      'dependencies without a lockfile',
      'python',
      { 'pyproject.toml': '[project]\nname = "till"\ndependencies = ["flask"]\n' },
      ['✗ lockfile  there is no lockfile: commit uv.lock'],
    ],
    [
      'a version left open',
      'python',
      { 'requirements.txt': 'flask\n' },
      ['✗ lockfile  requirements.txt leaves the version of flask open'],
    ],
    [
      'several languages',
      'node',
      { 'go.mod': 'module a\n' },
      ['✗ language  it may be go (go.mod), node (package.json): say which by --language'],
    ],
    [
      'a file of Git LFS',
      'node',
      { 'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n' },
      ['✗ LFS       big.bin is a pointer to Git LFS'],
    ],
    [
      'a stage without USER, and no test',
      'dockerfile',
      { 'package.json': undefined, Dockerfile: 'FROM a AS b\nUSER 1\nFROM b\nCMD x\n' },
      ['· user      the last stage of Dockerfile sets no USER', '· tests     no stage of Dockerfile is called “test”'],
    ],
  ];
  test.each(lacking)('%s', async (_, language, change, says) => {
    const { code, out } = await repository(language, change).adopt();
    for (const words of says) expect(out).toContain(words);
    expect(code).toBe(says.some((words) => words.startsWith('✗')) ? 1 : 0);
  });

  test("on this machine's GitHub, by what npm start wrote", async () => {
    const it = repository('node', {}, 'http://127.0.0.1:4801/acme/till.git');
    expect((await it.adopt()).code).toBe(1);
    const env = { ...it.env, DROVER_GITHUB: 'http://127.0.0.1:4801' };
    expect((await it.run('adopt ../till', { env })).out).toContain('✓ remote    127.0.0.1:4801/acme/till');
  });

  test.each(['', 'git@github.com:acme/Till.git'])(
    'on this machine, with the origin “%s”: a clone for npm start',
    async (origin) => {
      const it = repository('node', {}, origin);
      const clones = join(it.folder, 'clones');
      const env = { ...it.env, DROVER_GITHUB: 'http://127.0.0.1:4801', DROVER_CODEBASES: clones };
      // What is worked on there is not what is built.
      it.git('till', 'checkout', '--quiet', '-b', 'other');
      it.git('till', 'commit', '--quiet', '--allow-empty', '--message', 'not yet');
      const before = it.git('till', 'config', '--list', '--local');
      mkdirSync(join(it.drover, '.drover'));
      writeFileSync(join(it.drover, '.drover/env'), '');
      expect((await it.adopt()).out).toContain('on this machine alone none on GitHub is needed: `. .drover/env` first');
      const looked = await it.run('adopt ../till', { env });
      expect([looked.code, looked.out]).toEqual([
        0,
        expect.stringContaining('· remote    none on this machine is needed'),
      ]);
      expect(existsSync(clones)).toBe(false);

      const { out } = await it.run('adopt ../till --add', { env });
      expect(out).toMatch(/`npm start` builds it and asks you: npm run drover -- logs till --follow$/);
      expect(it.herd()).toBe(`${herdText}  ${line}\n`);
      expect(it.git('clones/till', 'rev-parse', 'HEAD')).toBe(it.git('till', 'rev-parse', 'main'));
      expect(it.git('till', 'config', '--list', '--local')).toBe(before);
      writeFileSync(join(it.drover, 'codebases.yml'), herdText);
      expect((await it.run('adopt ../till --add', { env })).err).toMatch(
        /till is there already: name another by --name$/,
      );
      expect(it.herd()).toBe(herdText);
    },
  );

  test('no remote, one elsewhere, one with a password in it; --add adds nothing then', async () => {
    expect((await repository('node', {}, '').adopt()).out).toContain('✗ remote    there is no remote “origin”');
    const it = repository('node', {}, 'https://ann:secret@gitlab.com/acme/till.git');
    const { code, out } = await it.adopt('--add');
    expect([code, out]).toEqual([
      1,
      expect.stringContaining("✗ remote    “origin” is at gitlab.com, and the herd's GitHub is github.com"),
    ]);
    expect(out).not.toContain('secret');
    expect(out).toMatch(/Nothing is added: what is marked ✗ comes first\.$/);
    expect(it.herd()).toBe(herdText);
  });

  test('a submodule, a link out of the tree, a lockfile that is not in git', async () => {
    const it = repository('node');
    symlinkSync('../../etc/hosts', join(it.at, 'hosts'));
    it.git('till', 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor`);
    it.git('till', 'add', 'hosts');
    it.git('till', 'rm', '--quiet', '--cached', 'package-lock.json');
    const { out } = await it.adopt();
    expect(out).toContain('✗ submodule vendor is a git submodule');
    expect(out).toContain('✗ links     the link hosts points out of the tree, to ../../etc/hosts');
    expect(out).toContain('✗ lockfile  package-lock.json is here, but not in git: commit it');
  });

  test('what is no repository, or not its root, is one line', async () => {
    const it = repository('node');
    mkdirSync(join(it.folder, 'plain'));
    mkdirSync(join(it.at, 'inner'));
    writeFileSync(join(it.folder, 'a-file'), '');
    expect(await it.run('adopt ../plain')).toEqual({
      code: 1,
      out: '',
      err: '../plain is no git repository: git init, and commit what is there',
    });
    Object.assign(it.env, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' });
    expect((await it.adopt()).err).toBe(
      `../till is another person's to git: git config --global --add safe.directory ${it.at}`,
    );
    Object.assign(it.env, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '0' });
    expect((await it.run('adopt ../till/inner')).err).toBe(
      "../till/inner is a folder of a repository: name the repository's root",
    );
    expect((await it.run('adopt ../none')).err).toBe('there is no folder ../none');
    expect((await it.run('adopt ../a-file')).err).toBe('there is no folder ../a-file');
    expect((await it.run('adopt ../till --language nod')).err).toMatch(
      /^unknown language “nod”\. Did you mean “node”\?/,
    );
    expect((await it.run('adopt')).code).toBe(2);
  });
});

test('the Node that is told is that of the recipe', () => {
  expect(readFileSync('buildspec/node.yml', 'utf8')).toMatch(new RegExp(`^ +nodejs: ${recipeNode}$`, 'm'));
});

test.each([
  ['https://github.com/acme/till.git', 'github.com acme till'],
  ['https://ann:secret@github.com/acme/till', 'github.com acme till'],
  ['http://127.0.0.1:4801/acme/till.git', '127.0.0.1:4801 acme till'],
  ['git@github.com:acme/till.git', 'github.com acme till'],
  ['ssh://git@github.com:22/acme/till.git/', 'github.com acme till'],
  ['github.com:acme/till.js', 'github.com acme till.js'],
  ['/srv/till.git', undefined],
  ['../till', undefined],
  ['https://github.com/till', undefined],
  ['https://gitlab.com/a/b/c', undefined],
])('the place of %s', (address, place) => {
  const found = placeOf(address);
  expect(found && `${found.host} ${found.owner} ${found.name}`).toBe(place);
});
