import { posix } from 'node:path';
import { proveCommit, revisionLabel, stampOf } from './commit-proof.ts';
import { gather } from './gather.ts';
import { layerOf } from './layer.ts';
import { type Base, type Image, imageOf, timeOf } from './manifest.ts';
import { proveArchitecture } from './native.ts';
import { architectureOf, type Named, type Options } from './options.ts';

/** The image of a folder for one platform, its commit proven from the finished bytes. The same folder and options give the same digest. */
export async function assemble(options: Options, platform: string, base: Base | undefined): Promise<Image> {
  const { workdir, commit } = options;
  const architecture = architectureOf(platform);
  const files = await gather(options.folder.replaceAll('{arch}', architecture), workdir.slice(1));
  proveArchitecture(files, architecture, process.arch);
  const layer = await layerOf([...files, stampOf(workdir, commit), { kind: 'directory', path: 'tmp', open: true }]);
  const image = imageOf(
    layer,
    {
      architecture,
      entrypoint: entrypointOn(base, options.entrypoint),
      workdir: posix.join(workdir, options.within),
      environment: { ...options.env, DROVER_COMMIT: commit },
      labels: { ...options.label, ...labelsOf(options, base) },
      user: options.user,
      created: options.created,
    },
    base,
  );
  proveCommit(image, workdir, commit);
  return image;
}

/** What an image, or an index of images, says of itself: https://github.com/opencontainers/image-spec/blob/main/annotations.md */
export function labelsOf(
  { commit, source, created, codebase }: Named,
  base?: Base | undefined,
): Record<string, string> {
  return {
    [revisionLabel]: commit,
    'org.opencontainers.image.title': codebase,
    'org.opencontainers.image.created': timeOf(created),
    ...(source ? { 'org.opencontainers.image.source': source } : {}),
    ...(base
      ? { 'org.opencontainers.image.base.name': base.name, 'org.opencontainers.image.base.digest': base.digest }
      : {}),
  };
}

/** Where the base itself starts the program by its full path (distroless: /nodejs/bin/node, which is not on its PATH), that path is used. */
function entrypointOn(base: Base | undefined, [program = '', ...rest]: string[]): string[] {
  const own = base?.entrypoint[0];
  return [own?.startsWith('/') && own.endsWith(`/${program}`) ? own : program, ...rest];
}
