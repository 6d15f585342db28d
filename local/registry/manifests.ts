import type { ServerResponse } from 'node:http';
import { readBody } from '../http/read-body.ts';
import { answer, refuse } from './answer.ts';
import { digestName, tagName } from './names.ts';
import type { Exchange } from './registry.ts';

/** 4 MiB, the least that a registry has to take (distribution specification, "Pushing Manifests"). */
const manifestLimit = 4 * 1024 * 1024;

/** HEAD and GET by tag or digest, with the media type that it was pushed with. */
export function serveManifest({ store, request, response }: Exchange, name: string, reference: string): ServerResponse {
  const digest = digestName.test(reference)
    ? reference
    : tagName.test(reference)
      ? store.digestOfTag(name, reference)
      : '';
  const found = digest ? store.manifest(name, digest) : undefined;
  if (!found) return refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown', { reference });
  if (found.archived) return refuse(response, 404, 'MANIFEST_UNKNOWN', 'the image is archived', { reference });
  const headers = {
    'content-type': found.mediaType,
    'content-length': found.bytes.length,
    'docker-content-digest': found.digest,
    etag: `"${found.digest}"`,
  };
  return answer(response, 200, headers, request.method === 'HEAD' ? undefined : found.bytes);
}

/** PUT by tag or digest. A tag of an immutable repository is refused as ECR does: 400, TAG_INVALID. */
export async function receiveManifest(exchange: Exchange, name: string, reference: string): Promise<ServerResponse> {
  const { store, request, response, base } = exchange;
  const byDigest = digestName.test(reference);
  if (!byDigest && !tagName.test(reference)) {
    request.resume();
    return refuse(response, 400, 'MANIFEST_INVALID', 'neither a tag nor a digest', { reference });
  }
  const bytes = await readBody(request, manifestLimit);
  if (!bytes) return refuse(response, 413, 'SIZE_INVALID', 'the manifest is longer than 4 MiB');
  const put = store.putManifest(name, bytes, request.headers['content-type'] ?? '', {
    ...(byDigest ? { digest: reference } : { tag: reference }),
    immutable: store.repository(name)?.immutable ?? false,
  });
  switch (put.kind) {
    case 'put':
      return answer(response, 201, {
        location: `${base}/v2/${name}/manifests/${reference}`,
        'docker-content-digest': put.digest,
      });
    case 'invalid':
      return refuse(response, 400, 'MANIFEST_INVALID', put.reason);
    case 'digest-mismatch':
      return refuse(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    case 'unknown-parts':
      return refuse(response, 400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', [
        ...put.blobs,
        ...put.manifests,
      ]);
    case 'tag-taken': {
      const message = `The image tag '${reference}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`;
      return refuse(response, 400, 'TAG_INVALID', message);
    }
  }
}

/** The tags in order, a page at a time where `n` is given. */
export function listTags({ store, response, query, base }: Exchange, name: string): ServerResponse {
  if (!store.repository(name))
    return refuse(response, 404, 'NAME_UNKNOWN', 'repository name not known to registry', { name });
  const after = query.get('last') ?? '';
  const rest = store.tags(name).filter((tag) => tag > after);
  const wanted = query.has('n') ? Number(query.get('n')) : rest.length;
  const tags = rest.slice(0, wanted);
  const body = JSON.stringify({ name, tags });
  return answer(
    response,
    200,
    {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(tags.length > 0 && tags.length < rest.length
        ? { link: `<${base}/v2/${name}/tags/list?n=${wanted}&last=${tags.at(-1)}>; rel="next"` }
        : {}),
    },
    body,
  );
}
