import * as z from 'zod';
import { labelsOf } from './assemble.ts';
import { proveCommit, stampOf } from './commit-proof.ts';
import { layerOf } from './layer.ts';
import { blobOf, type Image, layerType, manifestOf, sorted, timeOf } from './manifest.ts';
import type { OciArchive } from './oci-archive.ts';
import type { ArchiveOptions } from './options.ts';
import { refusal } from './refusal.ts';

const Words = z.array(z.string()).nullish();
const Config = z.looseObject({
  architecture: z.string(),
  config: z
    .looseObject({
      User: z.string().default(''),
      Env: Words,
      Entrypoint: Words,
      Cmd: Words,
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .prefault({}),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.unknown()).default([]),
});
type Config = z.infer<typeof Config>;

/** Where the stamp lies in an image whose folders are its own affair. */
const root = '/';

/** An image that a builder made, with one layer more that says its commit, the labels, and the proof of both from the finished bytes. */
export async function mark({ config, layers }: OciArchive, options: ArchiveOptions): Promise<Image> {
  const { commit, created } = options;
  const own = Config.parse(config);
  refuseUnfit(own, options.platforms);
  const layer = await layerOf([stampOf(root, commit)]);
  const labels = labelsOf(options, undefined);
  const made = blobOf({
    ...own,
    config: {
      ...own.config,
      Env: [...(own.config.Env ?? []).filter((line) => !line.startsWith('DROVER_COMMIT=')), `DROVER_COMMIT=${commit}`],
      Labels: sorted({ ...own.config.Labels, ...labels }),
    },
    rootfs: { ...own.rootfs, diff_ids: [...own.rootfs.diff_ids, layer.diffId] },
    history: [...own.history, { created: timeOf(created), created_by: 'drover' }],
  });
  const described = layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  const stamp = { mediaType: layerType, digest: layer.digest, size: layer.bytes.length };
  const image: Image = {
    manifest: manifestOf(made, [...described, stamp], labels),
    config: made,
    layer,
    carried: layers,
  };
  proveCommit(image, root, commit);
  return image;
}

/** What would not run, or not as whoever wrote it may think. */
function refuseUnfit({ architecture, config }: Config, platforms: string[]): void {
  const { Entrypoint, Cmd, User } = config;
  if ((Entrypoint ?? []).length === 0 && (Cmd ?? []).length === 0)
    throw refusal('the Dockerfile says neither ENTRYPOINT nor CMD: nothing would run');
  // Not set here: files that the Dockerfile made belong to root, and a program that writes among them would fail where it is released.
  if (User === '')
    throw refusal(
      'the Dockerfile says no USER, so it would run as root: end it with USER 65532, or with USER root where it must',
    );
  if (platforms.length > 1 || !platforms.includes(`linux/${architecture}`))
    throw refusal(`the image is for linux/${architecture}, not ${platforms.join(' and ')}`);
}
