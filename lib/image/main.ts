// The command that a recipe runs to make and push an image: `node image.mjs --folder … --entrypoint '["node","server.js"]' …`.
// It prints the digest on standard output and what it did on standard error. It is bundled into one file and needs Node 20 alone.
import { writeFileSync } from 'node:fs';
import { Failure } from '../lambda/failure.ts';
import { assemble } from './assemble.ts';
import { authorizeWith } from './authorize.ts';
import { readBase } from './base.ts';
import { sizeOf } from './manifest.ts';
import { optionsOf } from './options.ts';
import { pushImage } from './push.ts';
import { referenceOf } from './reference.ts';
import { repositoryAt } from './registry-client.ts';

async function run(): Promise<void> {
  const options = optionsOf(process.argv.slice(2), process.env);
  const authorize = authorizeWith(fetch);
  const reference = options.base === undefined ? undefined : referenceOf(options.base);
  const source = reference && repositoryAt(reference.host, reference.repository, fetch, authorize);
  const architecture = options.platform.slice('linux/'.length);
  const base = reference && source && (await readBase(source, reference, architecture));
  const image = await assemble(options, base);
  const to = repositoryAt(options.registry, `drover/${options.codebase}`, fetch, authorize);
  const from = base && source && { base, repository: source };
  const { digest, existed } = await pushImage(to, image, options.commit, from);
  const size = (image.layer.bytes.length / 1_000_000).toFixed(2);
  process.stderr.write(`image ${to.name}@${digest}, layer ${size} MB${existed ? ', was there already' : ''}\n`);
  if (options.size !== undefined) writeFileSync(options.size, `${sizeOf(image, base)}\n`);
  process.stdout.write(`${digest}\n`);
}

run().catch((error: unknown) => {
  process.stderr.write(`image: ${error instanceof Failure ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
