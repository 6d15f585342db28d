import type { ServerResponse } from 'node:http';

/** Codes of https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
type Code =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNSUPPORTED'
  /** Docker's registries and ECR say it of a tag that may not be moved. */
  | 'TAG_INVALID';

export type Headers = Record<string, string | number>;

/** Sends a whole answer. */
export function answer(
  response: ServerResponse,
  status: number,
  headers: Headers = {},
  body?: Buffer | string,
): ServerResponse {
  response.writeHead(status, { 'docker-distribution-api-version': 'registry/2.0', 'content-length': 0, ...headers });
  return response.end(body);
}

/** The specification's error document. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: Code,
  message: string,
  detail?: unknown,
): ServerResponse {
  const body = JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] });
  return answer(
    response,
    status,
    { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    body,
  );
}
