// Over 150 lines: everything that the registry keeps on disk is in this one file, so that the order of writes can be seen at once.
import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { parseManifest } from './manifest.ts';
import { digestName, digestOf } from './names.ts';

const Repository = z.object({
  createdAt: z.number(),
  immutable: z.boolean(),
  /** ECR's exclusion filters: tags (with `*`) that move although the others do not. */
  mutableTags: z.array(z.string()).default([]),
});
export type Repository = z.infer<typeof Repository>;

const Kept = z.object({ mediaType: z.string(), pushedAt: z.number(), size: z.number(), archived: z.boolean() });
/** A manifest in a repository; `pushedAt` in milliseconds, `size` in bytes. */
export type KeptManifest = z.infer<typeof Kept> & { digest: string; bytes: Buffer };

export type ManifestPut =
  | { kind: 'put'; digest: string; already: boolean }
  | { kind: 'invalid'; reason: string }
  | { kind: 'digest-mismatch'; digest: string }
  | { kind: 'unknown-parts'; blobs: string[]; manifests: string[] }
  | { kind: 'tag-taken'; digest: string };

export type RegistryStore = ReturnType<typeof openStore>;

/**
 * The registry's content in a folder: `blobs/` by digest, shared; `repositories/<name>/` with what each may show; `uploads/`.
 * A blob or manifest is whole before anything names it, so a kill half-way leaves at most what nothing names.
 */
export function openStore(folder: string, now: () => number) {
  const uploads = join(folder, 'uploads');
  rmSync(uploads, { recursive: true, force: true });
  mkdirSync(uploads, { recursive: true });
  mkdirSync(join(folder, 'blobs'), { recursive: true });
  mkdirSync(join(folder, 'repositories'), { recursive: true });

  const blobPath = (digest: string) => join(folder, 'blobs', digest.replace(':', '-'));
  // A component of a name never begins with `_`: what a repository holds cannot be taken for another repository.
  const inside = (name: string, ...rest: string[]) => join(folder, 'repositories', name, ...rest);
  const manifestPath = (name: string, digest: string) => inside(name, '_manifests', digest.replace(':', '-'));
  const tagPath = (name: string, tag: string) => inside(name, '_tags', tag);

  const repository = (name: string): Repository | undefined => {
    const path = inside(name, '_repository.json');
    return existsSync(path) ? Repository.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
  };

  const createRepository = (name: string, immutable: boolean, mutableTags: string[] = []): Repository => {
    const made = { createdAt: now(), immutable, mutableTags };
    writeWhole(inside(name, '_repository.json'), JSON.stringify(made));
    return made;
  };

  const repositories = (under = ''): string[] =>
    readdirSync(inside(under), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
      .flatMap((entry) => {
        const name = under ? `${under}/${entry.name}` : entry.name;
        return [...(repository(name) ? [name] : []), ...repositories(name)];
      })
      .sort();

  /** Bytes of a blob that this repository holds. */
  const blobSize = (name: string, digest: string): number | undefined =>
    digestName.test(digest) && existsSync(inside(name, '_blobs', digest.replace(':', '-')))
      ? statSync(blobPath(digest)).size
      : undefined;

  const linkBlob = (name: string, digest: string) => writeWhole(inside(name, '_blobs', digest.replace(':', '-')), '');

  const mount = (from: string, name: string, digest: string): boolean => {
    if (blobSize(from, digest) === undefined) return false;
    linkBlob(name, digest);
    return true;
  };

  const uploadPath = (id: string) => join(uploads, id);
  const startUpload = (): string => {
    const id = randomUUID();
    writeWhole(uploadPath(id), '');
    return id;
  };
  /** Bytes received so far, or undefined for an upload that is not known. */
  const uploadSize = (id: string): number | undefined =>
    /^[0-9a-f-]{36}$/.test(id) && existsSync(uploadPath(id)) ? statSync(uploadPath(id)).size : undefined;
  const append = async (id: string, content: Readable): Promise<number> => {
    await pipeline(content, createWriteStream(uploadPath(id), { flags: 'a' }));
    return statSync(uploadPath(id)).size;
  };
  const cancelUpload = (id: string) => rmSync(uploadPath(id), { force: true });
  /** Whether the upload had this digest; if so the repository has the blob. An upload that had not can go on. */
  const finishUpload = async (name: string, id: string, digest: string): Promise<boolean> => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(uploadPath(id)), hash);
    if (`sha256:${hash.digest('hex')}` !== digest) return false;
    renameSync(uploadPath(id), blobPath(digest));
    linkBlob(name, digest);
    return true;
  };

  const digestOfTag = (name: string, tag: string): string | undefined =>
    existsSync(tagPath(name, tag)) ? readFileSync(tagPath(name, tag), 'utf8') : undefined;

  const manifest = (name: string, digest: string): KeptManifest | undefined => {
    if (!digestName.test(digest) || !existsSync(manifestPath(name, digest))) return undefined;
    const kept = Kept.parse(JSON.parse(readFileSync(manifestPath(name, digest), 'utf8')));
    return { ...kept, digest, bytes: readFileSync(blobPath(digest)) };
  };

  const tags = (name: string): string[] => {
    const path = inside(name, '_tags');
    return existsSync(path)
      ? readdirSync(path)
          .filter((tag) => !tag.startsWith('.'))
          .sort()
      : [];
  };

  const tagsOf = (name: string, digest: string): string[] =>
    tags(name).filter((tag) => digestOfTag(name, tag) === digest);

  const digests = (name: string): string[] => {
    const path = inside(name, '_manifests');
    return existsSync(path)
      ? readdirSync(path)
          .filter((entry) => entry.startsWith('sha256-'))
          .map((entry) => entry.replace('-', ':'))
          .sort()
      : [];
  };

  /** Puts a manifest, by tag, by digest, or both. Everything it names must be there; in an immutable repository a tag stays where it is. */
  const putManifest = (
    name: string,
    bytes: Buffer,
    mediaType: string,
    { tag, digest: claimed, immutable }: { tag?: string | undefined; digest?: string | undefined; immutable: boolean },
  ): ManifestPut => {
    const content = parseManifest(bytes);
    if (!content) return { kind: 'invalid', reason: 'neither an image manifest nor an index of schema version 2' };
    if (content.mediaType !== undefined && content.mediaType !== mediaType)
      return { kind: 'invalid', reason: 'its mediaType is not its Content-Type' };
    const digest = digestOf(bytes);
    if (claimed !== undefined && claimed !== digest) return { kind: 'digest-mismatch', digest };
    const blobs = content.blobs.filter((blob) => blobSize(name, blob) === undefined);
    const manifests = content.manifests.filter((part) => !existsSync(manifestPath(name, part)));
    if (blobs.length + manifests.length > 0) return { kind: 'unknown-parts', blobs, manifests };
    const tagged = tag === undefined ? undefined : digestOfTag(name, tag);
    const moves = tag !== undefined && isExcluded(repository(name), tag);
    if (tagged !== undefined && tagged !== digest && immutable && !moves) return { kind: 'tag-taken', digest: tagged };
    const known = existsSync(manifestPath(name, digest));
    if (!known) {
      writeWhole(blobPath(digest), bytes);
      // "If the image is a manifest list, this will be the max size of all manifests in the list" (ECR API, ImageDetail).
      const sizes = content.manifests.map((part) => manifest(name, part)?.size ?? 0);
      const size = Math.max(content.size, ...sizes);
      const kept = { mediaType, pushedAt: now(), size, archived: false };
      writeWhole(manifestPath(name, digest), JSON.stringify(kept));
    }
    if (tag !== undefined && tagged !== digest) writeWhole(tagPath(name, tag), digest);
    if (moves && tagged !== undefined && tagged !== digest && tagsOf(name, tagged).length === 0) forget(name, tagged);
    return { kind: 'put', digest, already: known && (tag === undefined || tagged === digest) };
  };

  /** Takes away what a tag that moves has left behind, as ECR's lifecycle rule for untagged images does after days. */
  const forget = (name: string, digest: string): void => {
    const parts = parseManifest(readFileSync(blobPath(digest)))?.blobs ?? [];
    rmSync(manifestPath(name, digest), { force: true });
    const still = new Set(digests(name).flatMap((one) => parseManifest(readFileSync(blobPath(one)))?.blobs ?? []));
    for (const blob of [digest, ...parts.filter((part) => !still.has(part))]) {
      rmSync(inside(name, '_blobs', blob.replace(':', '-')), { force: true });
      const held = (one: string) => blobSize(one, blob) !== undefined || existsSync(manifestPath(one, blob));
      if (!repositories().some(held)) rmSync(blobPath(blob), { force: true });
    }
  };

  /** Marks an image as archived, or as active again: an archived one is described, but cannot be pulled. */
  const archive = (name: string, digest: string, archived: boolean): boolean => {
    const kept = manifest(name, digest);
    if (!kept) return false;
    const { mediaType, pushedAt, size } = kept;
    writeWhole(manifestPath(name, digest), JSON.stringify({ mediaType, pushedAt, size, archived }));
    return true;
  };

  return {
    repository,
    createRepository,
    repositories,
    blobPath,
    blobSize,
    mount,
    startUpload,
    uploadSize,
    append,
    cancelUpload,
    finishUpload,
    digestOfTag,
    manifest,
    tags,
    tagsOf,
    digests,
    putManifest,
    archive,
  };
}

/** Amazon ECR user guide, "Preventing image tags from being overwritten": `*` stands for any characters. */
const isExcluded = (repository: Repository | undefined, tag: string): boolean =>
  (repository?.mutableTags ?? []).some((filter) =>
    new RegExp(`^${filter.replace(/[^\w*-]/g, '\\$&').replaceAll('*', '.*')}$`).test(tag),
  );
