// The command that a recipe runs to make and push an image: `node image.mjs --folder … --entrypoint '["node","server.js"]' …`.
// It prints the digest on standard output and what it did on standard error. It is bundled into one file and needs Node 20 alone.
import { writeFileSync } from 'node:fs';
import { Failure } from '../lambda/failure.ts';
import { assemble, labelsOf } from './assemble.ts';
import { authorizeWith } from './authorize.ts';
import { readBase } from './base.ts';
import { indexOf, sizeOf } from './manifest.ts';
import { architectureOf, type Options, optionsOf } from './options.ts';
import { type Part, type Pushed, pushImage, pushIndex } from './push.ts';
import { referenceOf } from './reference.ts';
import { type Repository, repositoryAt } from './registry-client.ts';

async function run(): Promise<void> {
  const options = optionsOf(process.argv.slice(2), process.env);
  const authorize = authorizeWith(fetch);
  const reference = options.base === undefined ? undefined : referenceOf(options.base);
  const source = reference && repositoryAt(reference.host, reference.repository, fetch, authorize);
  const parts: Part[] = [];
  for (const platform of options.platforms) {
    const base = reference && source && (await readBase(source, reference, architectureOf(platform)));
    const image = await assemble(options, platform, base);
    parts.push({ image, from: base && source && { base, repository: source } });
  }
  const to = repositoryAt(options.registry, `drover/${options.codebase}`, fetch, authorize);
  const { digest, existed } = await push(to, options, parts);
  const sizes = parts.map(({ image }) => (image.layer.bytes.length / 1_000_000).toFixed(2)).join(' and ');
  process.stderr.write(`image ${to.name}@${digest}, layer ${sizes} MB${existed ? ', was there already' : ''}\n`);
  // The largest, as ECR says of an index: no machine pulls more than one.
  const bytes = Math.max(...parts.map(({ image, from }) => sizeOf(image, from?.base)));
  if (options.size !== undefined) writeFileSync(options.size, `${bytes}\n`);
  process.stdout.write(`${digest}\n`);
}

/** One platform is an image, several are an index of images. */
function push(to: Repository, options: Options, parts: Part[]): Promise<Pushed> {
  const [first, ...others] = parts;
  if (first && others.length === 0) return pushImage(to, first, options.commit);
  const images = parts.map(({ image }, at) => ({ image, architecture: architectureOf(options.platforms[at] ?? '') }));
  return pushIndex(to, parts, indexOf(images, labelsOf(options)), options.commit);
}

run().catch((error: unknown) => {
  process.stderr.write(`image: ${error instanceof Failure ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
