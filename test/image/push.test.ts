import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assemble } from '../../lib/image/assemble.ts';
import { authorizeWith } from '../../lib/image/authorize.ts';
import { proveCommit } from '../../lib/image/commit-proof.ts';
import { ecrToken } from '../../lib/image/ecr-token.ts';
import { gather } from '../../lib/image/gather.ts';
import { indexOf } from '../../lib/image/manifest.ts';
import { proveArchitecture } from '../../lib/image/native.ts';
import { optionsOf, ownPlatform } from '../../lib/image/options.ts';
import { pushImage, pushIndex } from '../../lib/image/push.ts';
import { referenceOf } from '../../lib/image/reference.ts';
import { originOf, type Repository, repositoryAt } from '../../lib/image/registry-client.ts';
import { listen } from '../../local/http/listen.ts';
import { newFolder } from '../codebuild/git-repository.ts';

const commit = 'b2'.repeat(20);
const platform = ownPlatform();
let place: ReturnType<typeof newFolder>;
let app: string;
beforeEach(() => {
  place = newFolder();
  app = join(place.folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'server.js'), '');
});
afterEach(() => place.remove());

const given = (...more: string[]) => {
  const standard = ['--folder', app, '--codebase', 'shop', '--commit', commit, '--created', '0', '--registry', 'r'];
  return optionsOf([...standard, '--entrypoint', '["node","server.js"]', ...more], {});
};

describe('an image', () => {
  test('is pushed manifest last, so that what is tagged is whole', async () => {
    const calls: string[] = [];
    const image = await assemble(given(), platform, undefined);
    await pushImage(recording(calls, undefined), { image }, commit);
    expect(calls.slice(0, -2).toSorted()).toEqual(
      [`upload ${image.config.digest}`, `upload ${image.layer.digest}`].toSorted(),
    );
    // What keeps it comes before what makes it known.
    expect(calls.slice(-2)).toEqual([`tag candidate-${commit}`, `tag ${commit}`]);
  });

  test('of several platforms is pushed index last, each with the folder of its own', async () => {
    for (const arch of ['amd64', 'arm64']) {
      mkdirSync(join(place.folder, `of-${arch}`));
      writeFileSync(join(place.folder, `of-${arch}/program`), arch);
    }
    const options = given(
      '--folder',
      join(place.folder, 'of-{arch}'),
      '--platform',
      'linux/arm64',
      '--platform',
      'linux/amd64',
    );
    expect(options.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    const [amd, arm] = await Promise.all(options.platforms.map((one) => assemble(options, one, undefined)));
    if (!amd || !arm) return expect.fail('two were asked for');
    const index = indexOf(
      [
        { image: amd, architecture: 'amd64' },
        { image: arm, architecture: 'arm64' },
      ],
      {},
    );
    const calls: string[] = [];
    await pushIndex(recording(calls, undefined), [{ image: amd }, { image: arm }], index, commit);
    expect(calls.filter((call) => call.startsWith('tag'))).toEqual([
      `tag ${amd.manifest.digest}`,
      `tag ${arm.manifest.digest}`,
      `tag candidate-${commit}`,
      `tag ${commit}`,
    ]);
    expect(JSON.parse(index.bytes.toString()).manifests).toMatchObject([
      { digest: amd.manifest.digest, platform: { architecture: 'amd64', os: 'linux' } },
      { digest: arm.manifest.digest, platform: { architecture: 'arm64', os: 'linux' } },
    ]);
  });

  test('is not tagged when a blob did not arrive', async () => {
    const calls: string[] = [];
    const to = { ...recording(calls, undefined), upload: async () => Promise.reject(new Error('cut')) };
    await expect(pushImage(to, { image: await assemble(given(), platform, undefined) }, commit)).rejects.toThrow('cut');
    expect(calls).toEqual([]);
  });

  test('that another build tagged meanwhile is fine if it is the same', async () => {
    const image = await assemble(given(), platform, undefined);
    const answers = [undefined, image.manifest.digest, image.manifest.digest];
    const to = {
      ...recording([], undefined),
      digestAt: async () => answers.shift(),
      putManifest: async () => ({ status: 400, text: 'ImageTagAlreadyExistsException' }),
    };
    expect(await pushImage(to, { image }, commit)).toEqual({ digest: image.manifest.digest, existed: true });
  });

  test('that says another commit is not pushed', async () => {
    const image = await assemble(given(), platform, undefined);
    expect(() => proveCommit(image, '/app', commit)).not.toThrow();
    expect(() => proveCommit(image, '/app', 'c3'.repeat(20))).toThrow(/not c3c3.*: not pushed/);
    expect(() => proveCommit(image, '/elsewhere', commit)).toThrow(/the image says nothing and b2b2/);
  });

  test('holds no link that leaves the tree', async () => {
    symlinkSync('/etc/passwd', join(app, 'out'));
    await expect(assemble(given(), platform, undefined)).rejects.toThrow(
      'the link out points out of the tree, to /etc/passwd',
    );
  });

  test('holds a link to a folder as a link, and what is in the folder once', async () => {
    mkdirSync(join(app, 'packages/words'), { recursive: true });
    writeFileSync(join(app, 'packages/words/a.js'), '');
    mkdirSync(join(app, 'node_modules/@herd'), { recursive: true });
    symlinkSync('../../packages/words', join(app, 'node_modules/@herd/words'));
    const names = (await gather(app, 'app')).map(({ kind, path }) => `${kind} ${path}`);
    expect(names.filter((name) => name.includes('words'))).toEqual([
      'link app/node_modules/@herd/words',
      'directory app/packages/words',
      'file app/packages/words/a.js',
    ]);
  });

  test("starts by the base's own path where the base says one", async () => {
    const base = {
      layers: [],
      diffIds: [],
      environment: ['PATH=/bin', 'NODE_ENV=x'],
      entrypoint: ['/nodejs/bin/node'],
      host: 'h',
      repository: 'r',
      digest: 'd',
      name: 'n',
    };
    const { config } = JSON.parse(
      (await assemble(given('--env', 'NODE_ENV=production'), platform, base)).config.bytes.toString(),
    );
    expect(config.Entrypoint).toEqual(['/nodejs/bin/node', 'server.js']);
    expect(config.Env).toEqual(['PATH=/bin', `DROVER_COMMIT=${commit}`, 'NODE_ENV=production']);
  });
});

describe('what is native', () => {
  const elf = (machine: number) => {
    const bytes = Buffer.alloc(64);
    bytes.write('\x7fELF\x02\x01\x01', 'latin1');
    bytes.writeUInt16LE(machine, 18);
    return bytes;
  };
  const file = (path: string, content: Buffer) => ({ kind: 'file', path, executable: true, content }) as const;
  const js = file('app/server.js', Buffer.from('console.log(1)'));
  const sharp = file('app/node_modules/@img/sharp-linux-x64/lib/sharp.node', elf(62));

  test('runs on another platform if the package has it for that one too', () => {
    const both = ['linux-x64', 'linux-arm64'].map((name, at) =>
      file(`app/node_modules/argon2/prebuilds/${name}/argon2.node`, elf([62, 183][at] ?? 0)),
    );
    expect(() => proveArchitecture([js, ...both], 'arm64', 'x64')).not.toThrow();
    expect(() => proveArchitecture([js, ...both], 'amd64', 'arm64')).not.toThrow();
    expect(() => proveArchitecture([js, sharp], 'amd64', 'x64')).not.toThrow();
  });

  test.each([
    [
      'a package of npm',
      sharp,
      '@img/sharp-linux-x64 is native and only for amd64: leave it out of the image for linux/arm64',
    ],
    ['a package of PyPI', file('app/packages/numpy/core/a.so', elf(62)), 'numpy is native and only for amd64: '],
    ['a program', file('app/shop', elf(62)), 'app/shop is native and only for amd64: '],
  ])('is refused by name for another one: %s', (_, native, line) => {
    expect(() => proveArchitecture([js, native], 'arm64', 'x64')).toThrow(line);
  });
});

function recording(calls: string[], existing: string | undefined): Repository {
  return {
    host: 'r',
    name: 'drover/shop',
    digestAt: async () => existing,
    manifest: async () => undefined,
    has: async () => false,
    blob: async () => Buffer.alloc(0),
    stream: async function* () {},
    mount: async () => false,
    upload: async ({ digest }) => void calls.push(`upload ${digest}`),
    putManifest: async (tag) => {
      calls.push(`tag ${tag}`);
      return { status: 201, text: '' };
    },
  };
}

describe('options', () => {
  test.each([
    [['--commit', 'abc'], '--commit: must be the full commit'],
    [['--user', '0'], '--user: must be a number other than 0'],
    [['--entrypoint', 'node server.js'], '--entrypoint: must be a JSON list of words'],
    [['--env', 'nothing'], '--env'],
    [['--platform', 'windows/amd64'], '--platform'],
  ])('%j is refused by name', (more, message) => {
    expect(() => given(...more)).toThrow(message);
  });

  test('no base, and an empty one', () => {
    expect(given('--base', 'none').base).toBeUndefined();
    expect(given('--base', '').base).toBeUndefined();
  });

  test('a base needs a host and a tag or digest', () => {
    expect(referenceOf('public.ecr.aws/docker/library/node:24-slim')).toEqual({
      host: 'public.ecr.aws',
      repository: 'docker/library/node',
      at: '24-slim',
    });
    expect(referenceOf(`h:5000/a@sha256:${'0'.repeat(64)}`).at).toBe(`sha256:${'0'.repeat(64)}`);
    expect(() => referenceOf('node')).toThrow('"node" is not an image');
  });
});

describe('a registry', () => {
  test('of this machine is spoken to plainly, every other by https', () => {
    expect(['localhost:1', '127.0.0.1:5000', 'r.example', '127.0.0.1.example:5'].map(originOf)).toEqual([
      'http://localhost:1',
      'http://127.0.0.1:5000',
      'https://r.example',
      'https://127.0.0.1.example:5',
    ]);
  });

  test.each([
    ["ECR's own token", 'Basic realm="https://r/",service="ecr.amazonaws.com"', 'Basic QVdTOnB3'],
    ['a public token', 'Bearer realm="URL/token",service="s"', 'Bearer public'],
  ])('that asks for %s gets it, once', async (_, challenge, expected) => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/token')) return void response.end(JSON.stringify({ token: 'public' }));
      if (request.headers['x-amz-target'])
        return void response.end(JSON.stringify({ authorizationData: [{ authorizationToken: 'QVdTOnB3' }] }));
      seen.push(request.headers.authorization);
      if (!request.headers.authorization)
        return void response.writeHead(401, { 'www-authenticate': challenge.replace('URL', listening.url) }).end();
      response.writeHead(404).end();
    });
    const listening = await listen(server, 0, 'A registry');
    const ecr = () =>
      ecrToken({
        endpoint: listening.url,
        region: 'us-east-1',
        credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      });
    const repository = repositoryAt(`127.0.0.1:${listening.port}`, 'drover/shop', fetch, authorizeWith(fetch, ecr));
    expect(await repository.digestAt('a')).toBeUndefined();
    expect(await repository.has('b')).toBe(false);
    await listening.close();
    expect(seen).toEqual([undefined, expected, expected]);
  });

  test('that fails for a moment is asked again; one that stays down is one line', async () => {
    let calls = 0;
    const failing = (times: number) => async () => {
      calls++;
      if (calls <= times) throw new Error('cut');
      return new Response(null, { status: 404 });
    };
    const paused: number[] = [];
    const pause = async (milliseconds: number) => paused.push(milliseconds);
    const at = (times: number) =>
      repositoryAt('r.example', 'drover/shop', failing(times), async () => undefined, pause);
    expect(await at(2).digestAt('a')).toBeUndefined();
    expect(paused).toEqual([200, 800]);
    calls = 0;
    await expect(at(3).digestAt('a')).rejects.toThrow('the registry r.example does not answer');
    expect(paused).toHaveLength(4);
  });
});
