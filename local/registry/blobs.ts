import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { answer, refuse } from './answer.ts';
import type { Exchange } from './registry.ts';

/** HEAD and GET of a blob, whole or one range of it. */
export async function serveBlob(
  { store, request, response }: Exchange,
  name: string,
  digest: string,
): Promise<ServerResponse> {
  const size = store.blobSize(name, digest);
  if (size === undefined) return refuse(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
  const about = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    'accept-ranges': 'bytes',
  };
  const range = rangeOf(request.headers.range, size);
  if (range === 'unsatisfiable') return answer(response, 416, { 'content-range': `bytes */${size}` });
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range ? 206 : 200, {
    ...about,
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  });
  if (request.method === 'HEAD' || size === 0) return response.end();
  await pipeline(createReadStream(store.blobPath(digest), { start, end }), response);
  return response;
}

/** One range of RFC 9110 §14.1.2; several, or anything else, is answered whole. */
function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!found || (found[1] === '' && found[2] === '')) return undefined;
  const start = found[1] === '' ? Math.max(0, size - Number(found[2])) : Number(found[1]);
  const end = found[1] === '' || found[2] === '' ? size - 1 : Math.min(Number(found[2]), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}
