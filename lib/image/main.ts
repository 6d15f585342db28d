// The command that a recipe runs to make and push an image: `node image.mjs --folder … --entrypoint '["node","server.js"]' …`, or
// `node image.mjs --archive …` for one that BuildKit made.
// It prints the digest on standard output and what it did on standard error. It is bundled into one file and needs Node 20 alone.
import { writeFileSync } from 'node:fs';
import { Failure } from '../lambda/failure.ts';
import { assemble, labelsOf } from './assemble.ts';
import { authorizeWith } from './authorize.ts';
import { readBase } from './base.ts';
import { indexOf, sizeOf } from './manifest.ts';
import { mark } from './mark.ts';
import { readOciArchive } from './oci-archive.ts';
import { architectureOf, archiveOptionsOf, type Named, optionsOf } from './options.ts';
import { type Part, type Pushed, pushImage, pushIndex } from './push.ts';
import { referenceOf } from './reference.ts';
import { type Repository, repositoryAt } from './registry-client.ts';

const authorize = authorizeWith(fetch);

async function run(): Promise<void> {
  const archive = archiveOptionsOf(process.argv.slice(2), process.env);
  if (archive) {
    await store(archive, [{ image: await mark(await readOciArchive(archive.archive), archive) }]);
    return;
  }
  const options = optionsOf(process.argv.slice(2), process.env);
  const reference = options.base === undefined ? undefined : referenceOf(options.base);
  const source = reference && repositoryAt(reference.host, reference.repository, fetch, authorize);
  const parts: Part[] = [];
  for (const platform of options.platforms) {
    const base = reference && source && (await readBase(source, reference, architectureOf(platform)));
    const image = await assemble(options, platform, base);
    parts.push({ image, from: base && source && { base, repository: source } });
  }
  await store(options, parts);
}

/** Pushes it and says so. */
async function store(options: Named, parts: Part[]): Promise<void> {
  const to = repositoryAt(options.registry, `drover/${options.codebase}`, fetch, authorize);
  const { digest, existed } = await push(to, options, parts);
  const all = parts.map(({ image, from }) => sizeOf(image, from?.base));
  const sizes = all.map((bytes) => (bytes / 1_000_000).toFixed(bytes < 1_000_000 ? 3 : 2)).join(' and ');
  process.stderr.write(`image ${to.name}@${digest}, ${sizes} MB${existed ? ', was there already' : ''}\n`);
  // The largest, as ECR says of an index: no machine pulls more than one.
  if (options.size !== undefined) writeFileSync(options.size, `${Math.max(...all)}\n`);
  process.stdout.write(`${digest}\n`);
}

/** One platform is an image, several are an index of images. */
function push(to: Repository, options: Named, parts: Part[]): Promise<Pushed> {
  const [first, ...others] = parts;
  if (first && others.length === 0) return pushImage(to, first, options.commit);
  const images = parts.map(({ image }, at) => ({ image, architecture: architectureOf(options.platforms[at] ?? '') }));
  return pushIndex(to, parts, indexOf(images, labelsOf(options)), options.commit);
}

run().catch((error: unknown) => {
  process.stderr.write(`image: ${error instanceof Failure ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
