import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';

/** As much of S3 as publishing needs, spoken to by the real client: put, list by prefix (two a page), delete many. */
export async function startObjectStore() {
  const objects = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://store');
    const [, bucket = '', ...rest] = url.pathname.split('/');
    const body = await bytesOf(request);
    if (request.method === 'PUT') objects.set(`${bucket}/${decodeURIComponent(rest.join('/'))}`, body);
    if (request.method === 'POST')
      for (const [, key] of body.toString().matchAll(/<Key>(.*?)<\/Key>/g)) objects.delete(`${bucket}/${key}`);
    response.setHeader('content-type', 'application/xml');
    response.end(answerTo(request.method, bucket, url.searchParams.get('prefix') ?? '', [...objects.keys()]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const endpoint = `http://127.0.0.1:${isListening(address) ? address.port : 0}`;
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = new S3Client({ endpoint, region: 'eu-central-1', forcePathStyle: true, credentials });
  return { objects, client, endpoint, close: () => new Promise((resolve) => server.close(resolve)) };
}

function answerTo(method: string | undefined, bucket: string, prefix: string, keys: string[]): string {
  if (method === 'POST') return '<DeleteResult/>';
  if (method !== 'GET') return '';
  const page = keys.filter((key) => key.startsWith(`${bucket}/${prefix}`)).slice(0, 2);
  const contents = page.map((key) => `<Contents><Key>${key.slice(bucket.length + 1)}</Key></Contents>`);
  return `<ListBucketResult>${contents.join('')}</ListBucketResult>`;
}

const isListening = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
