import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiledLine, inputsIn } from '../../lib/build/cache/cargo-proof.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { newFolder } from '../codebuild/git-repository.ts';

const root = new URL('../..', import.meta.url).pathname;
let place: ReturnType<typeof newFolder>;
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  place = newFolder();
  const folder = join(place.folder, 'registry');
  registry = await startRegistry({ port: 0, folder, now: Date.now, immutable: true, mutableTags: ['cache-*'] });
});
afterAll(async () => {
  await registry.close();
  place.remove();
});

/** The command as a recipe calls it; what it prints. */
async function cache(command: string, environment: Record<string, string> = {}): Promise<string> {
  const at = (name: string) => join(place.folder, name);
  writeFileSync(at('lock'), 'lock');
  writeFileSync(at('toolchain'), 'rustc');
  mkdirSync(at('source'), { recursive: true });
  writeFileSync(at('source/a.rs'), 'a');
  const args = ['--kind', 'rust', '--folder', at('target'), '--toolchain', at('toolchain'), '--lock', at('lock')];
  const env = { PATH: process.env.PATH, DROVER_CODEBASE: 'app', DROVER_REGISTRY: registry.host, ...environment };
  const more = ['--state', at('state'), '--sources', at('source')];
  const program = join(root, 'lib/build/cache/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, command, ...args, ...more], { env });
  return stdout.trim();
}

describe('the cache command', () => {
  test('keeps where it may, says why where not, and never fails a build', async () => {
    expect(await cache('restore')).toBe('cold: there is no archive of this toolchain');
    expect(await cache('keep', { DROVER_KEEPS_CACHE: 'yes' })).toBe('cache: not kept: there is nothing');
    mkdirSync(join(place.folder, 'target'));
    writeFileSync(join(place.folder, 'target/made'), 'made');
    expect(await cache('keep')).toBe('cache: not kept: only builds of the release branch do');
    expect(registry.store.tags('drover/app')).toEqual([]);
    const down = { DROVER_KEEPS_CACHE: 'yes', DROVER_REGISTRY: '127.0.0.1:9' };
    expect(await cache('keep', down)).toBe('cache: not kept: the registry 127.0.0.1:9 does not answer');
    expect(await cache('keep', { DROVER_KEEPS_CACHE: 'yes' })).toMatch(/^cache: kept, [\d.]+ MB$/);
    rmSync(join(place.folder, 'target'), { recursive: true });
    expect(await cache('restore', down)).toBe('cold: the registry 127.0.0.1:9 does not answer');
    expect(await cache('restore')).toBe('hit');
    expect(readFileSync(join(place.folder, 'target/made'), 'utf8')).toBe('made');
    expect(await cache('keep', { DROVER_KEEPS_CACHE: 'yes' })).toBe('cache: not kept: nothing changed');
  });
});

test("the source lies at one path, whatever number CodeBuild's has", () => {
  const script = join(root, 'buildspec/shared/place.sh');
  const placeOf = (source: string) => {
    mkdirSync(join(place.folder, source), { recursive: true });
    writeFileSync(join(place.folder, source, 'Cargo.toml'), source);
    const env = { PATH: process.env.PATH, CODEBUILD_SRC_DIR: join(place.folder, source) };
    const said = execFileSync('bash', ['--norc', '-c', `. ${script}; pwd; cat "$place/Cargo.toml"`], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return said.replaceAll(place.folder, '').split('\n');
  };
  for (const source of ['output/src123456789/src/github.com/o/app', 'output/src987/src'])
    expect(placeOf(source)).toEqual(['/output/drover-source', source]);
  expect(placeOf('work/drover-app/src')).toEqual(['/work/drover-app/src', 'work/drover-app/src']);
});

test('what rustc read, from its dep-info', () => {
  const text = '/t/release/app: /s/word/src/lib.rs src/ma\\ in.rs\n\nsrc/main.rs:\n# env-dep:AT=1: 2\n';
  expect(inputsIn(text, '/s')).toEqual(['/s/word/src/lib.rs', '/s/src/ma in.rs']);
});

test('what was compiled, in one line, by the names of the packages', () => {
  const one = {
    reason: 'compiler-artifact',
    target: { name: 'x', kind: [] },
    filenames: [],
    executable: null,
  } as const;
  const ids = ['path+file:///s/word#0.1.0', 'path+file:///s#app@1.0.0', 'registry+https://x/y#serde@1.0.0'];
  const [word = '', app = '', serde = ''] = ids;
  const line = compiledLine([
    { ...one, target: { name: 'x', kind: [] }, filenames: [], package_id: word, fresh: false },
    { ...one, target: { name: 'x', kind: [] }, filenames: [], package_id: app, fresh: false },
    { ...one, target: { name: 'x', kind: [] }, filenames: [], package_id: serde, fresh: true },
  ]);
  expect(line).toBe('2 crates compiled (word, app), 1 were there');
});
