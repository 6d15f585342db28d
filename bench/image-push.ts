import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeRecipes } from '../infra/recipes.ts';
import { startRegistry } from '../local/registry/registry.ts';
import { buildkitMissing, startBuildkit } from '../test/real/engines/buildkit.ts';
import { cacheFolder } from '../test/real/engines/cache-folder.ts';
import { interleave, ratios, showSpread, timed } from './measure.ts';
import type { Bench } from './report.ts';

const run = promisify(execFile);
const ROUNDS = 7;
const CRANE = 'v0.22.1';

/** A program of 20 MB becomes an image in a registry on this machine, by ours, by crane and by BuildKit. */
export const imagePush: Bench = {
  name: 'image-push',
  title: 'A program of 20 MB: packed and pushed, beside crane and BuildKit',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
    const registry = await startRegistry({ port: 0, folder: join(folder, 'registry'), now: Date.now, immutable: true });
    const buildkit = buildkitMissing() === undefined ? await startBuildkit() : undefined;
    try {
      const crane = await craneProgram();
      await writeRecipes(join(folder, 'recipes'));
      const files = join(folder, 'files');
      mkdirSync(files);
      const program = programOf(20_000_000);
      let commit = '';
      const ours = async () => {
        const args = ['--folder', files, '--entrypoint', '["/app/app"]', '--codebase', 'probe', '--commit', commit];
        const env = { ...process.env, DROVER_REGISTRY: registry.host };
        await run(process.execPath, [join(folder, 'recipes/image.mjs'), ...args, '--created', '1', '--base', 'none'], {
          env,
        });
      };
      // What its documentation gives for a program: a layer from a tar, then what the image runs.
      const byCrane = async () => {
        const tar = join(folder, 'layer.tar');
        const tag = `${registry.host}/drover/crane:${commit}`;
        await run('tar', [
          '-C',
          files,
          '--owner=0',
          '--group=0',
          '--mtime=@0',
          '--transform=s,^,app/,',
          '-cf',
          tar,
          'app',
        ]);
        await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', tar, '-t', `${tag}-layer`]);
        const runs = ['--entrypoint', '/app/app', '--user', '65532', '--label', `revision=${commit}`];
        await run(crane, ['mutate', '--insecure', `${tag}-layer`, ...runs, '-t', tag]);
      };
      const dockerfile = 'FROM scratch\nCOPY app /app/app\nUSER 65532\nENTRYPOINT ["/app/app"]\n';
      const byBuildkit = async () => {
        writeFileSync(join(folder, 'Dockerfile'), dockerfile);
        const name = `${registry.host}/drover/buildkit:${commit}`;
        await run(join(buildkit?.programs ?? '', 'buildctl'), [
          ...['--addr', buildkit?.address ?? '', 'build', '--frontend', 'dockerfile.v0'],
          ...['--local', `context=${files}`, '--local', `dockerfile=${folder}`, '--opt', `label:revision=${commit}`],
          ...['--output', `type=image,name=${name},push=true,oci-mediatypes=true`],
        ]);
      };
      const ways = [ours, byCrane, ...(buildkit ? [byBuildkit] : [])];
      const times = await interleave(
        ROUNDS,
        ways.map((way) => async () => (await timed(way)).milliseconds),
        () => {
          // Another program each round, as after an edit: no layer is there already.
          commit = randomBytes(20).toString('hex');
          program.write(commit, 4_096);
          writeFileSync(join(files, 'app'), program);
          chmodSync(join(files, 'app'), 0o755);
        },
      );
      const [own = []] = times;
      const names = ['drover (image.mjs)', `crane ${CRANE} (tar, append, mutate)`, 'BuildKit (buildctl, FROM scratch)'];
      return {
        tables: [
          {
            head: ['by', '÷ ours', 'seconds'],
            rows: times.map((one, at) => [
              names[at] ?? '',
              showSpread(ratios(one, own), 2),
              showSpread(
                one.map((time) => time / 1_000),
                2,
              ),
            ]),
          },
        ],
        notes: [
          `${ROUNDS} rounds in turn after one that is not counted, each with another program (code of this machine's Node, cut to 20 MB). Whole commands, from files to a tag in a registry on this machine. Ours also stamps the commit, reads it back from the finished bytes, looks for the tag first and sets two tags.`,
          ...(buildkit
            ? ['BuildKit’s daemon runs already and stays; its own start is not in the time.']
            : [`Without BuildKit: ${buildkitMissing()}.`]),
        ],
      };
    } finally {
      await buildkit?.close();
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Bytes that are packed as well as programs are. */
const programOf = (length: number): Buffer => Buffer.from(readFileSync(process.execPath).subarray(0, length));

/** crane as a Go module, built once. */
async function craneProgram(): Promise<string> {
  const bin = cacheFolder(`crane-${CRANE}`);
  const program = join(bin, 'crane');
  if (!existsSync(program)) {
    const env = { ...process.env, GOBIN: bin, CGO_ENABLED: '0' };
    execFileSync('go', ['install', `github.com/google/go-containerregistry/cmd/crane@${CRANE}`], {
      env,
      stdio: 'ignore',
    });
  }
  return program;
}
