import type { ServerResponse } from 'node:http';
import { answer, refuse } from './answer.ts';
import { digestName } from './names.ts';
import type { Exchange } from './registry.ts';

/** POST: begins an upload, mounts a blob of another repository, or takes a whole blob at once. */
export async function beginUpload(exchange: Exchange, name: string): Promise<ServerResponse> {
  const { store, request, response, query } = exchange;
  const mount = query.get('mount');
  const from = query.get('from');
  if (mount && from && store.mount(from, name, mount)) return created(exchange, name, mount);
  const id = store.startUpload();
  const digest = query.get('digest');
  if (!digest) return accepted(exchange, name, id, 0);
  await store.append(id, request);
  if (digestName.test(digest) && (await store.finishUpload(name, id, digest))) return created(exchange, name, digest);
  store.cancelUpload(id);
  return refuse(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content', { digest });
}

/** PATCH, PUT, GET and DELETE of an upload under way. */
export async function continueUpload(exchange: Exchange, name: string, id: string): Promise<ServerResponse> {
  const { store, request, response, query } = exchange;
  const size = store.uploadSize(id);
  if (size === undefined) return refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  switch (request.method) {
    case 'GET':
      return answer(response, 204, { ...place(exchange, name, id), range: `0-${Math.max(0, size - 1)}` });
    case 'DELETE':
      store.cancelUpload(id);
      return answer(response, 204);
    case 'PATCH': {
      if (outOfOrder(request.headers['content-range'], size)) {
        request.resume();
        return answer(response, 416, { ...place(exchange, name, id), range: `0-${Math.max(0, size - 1)}` });
      }
      return accepted(exchange, name, id, await store.append(id, request));
    }
    case 'PUT': {
      const digest = query.get('digest') ?? '';
      await store.append(id, request);
      if (digestName.test(digest) && (await store.finishUpload(name, id, digest)))
        return created(exchange, name, digest);
      store.cancelUpload(id);
      return refuse(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content', { digest });
    }
    default:
      return refuse(response, 405, 'UNSUPPORTED', 'The operation is unsupported.');
  }
}

/** Chunks come in order: a `Content-Range` that does not begin where the last one ended is 416. */
const outOfOrder = (range: string | undefined, size: number): boolean =>
  range !== undefined && Number(/^(?:bytes )?(\d+)-\d+$/.exec(range)?.[1] ?? Number.NaN) !== size;

const place = ({ base }: Exchange, name: string, id: string) => ({
  location: `${base}/v2/${name}/blobs/uploads/${id}`,
  'docker-upload-uuid': id,
});

const accepted = (exchange: Exchange, name: string, id: string, size: number): ServerResponse =>
  answer(exchange.response, 202, { ...place(exchange, name, id), range: `0-${Math.max(0, size - 1)}` });

const created = ({ base, response }: Exchange, name: string, digest: string): ServerResponse =>
  answer(response, 201, { location: `${base}/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
