import { createServer } from 'node:http';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parameters } from '../../lib/lambda/parameters.ts';
import { webhookSecrets } from '../../lib/source/github/secrets.ts';
import { listen } from '../../local/http/listen.ts';
import { readBody } from '../../local/http/read-body.ts';

const Asked = z.object({ Names: z.array(z.string()), WithDecryption: z.boolean() });
const store = { values: {} as Record<string, string>, asked: [] as z.infer<typeof Asked>[], isOut: false };

/** GetParameters on the wire: what is stored, and the rest as invalid. */
const server = createServer(async (request, response) => {
  const asked = Asked.parse(JSON.parse(String(await readBody(request, 10_000))));
  expect(request.headers['x-amz-target']).toBe('AmazonSSM.GetParameters');
  store.asked.push(asked);
  if (store.isOut) return void response.writeHead(503).end('{}');
  const there = asked.Names.filter((name) => name in store.values);
  const body = {
    Parameters: there.map((Name) => ({ Name, Value: store.values[Name], Type: 'SecureString', Version: 1 })),
    InvalidParameters: asked.Names.filter((name) => !there.includes(name)),
  };
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
});
const { url, close } = await listen(server, 0, 'The parameter store');
const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
const client = new SSMClient({ endpoint: url, region: 'eu-central-1', credentials, maxAttempts: 1 });
afterAll(close);

let clock = 0;
const names = ['github-webhook-secret', 'github-webhook-secret-previous', 'approval-key'];
const start = () => parameters({ client, prefix: '/drover', names, now: () => clock });
const minute = 60_000;

beforeEach(() => {
  clock = 1_760_000_000_000;
  store.values = { '/drover/github-webhook-secret': 'now', '/drover/approval-key': 'key' };
  store.asked = [];
  store.isOut = false;
});

describe('parameters', () => {
  it('are read by one call for all names, decrypted, also when many ask at once', async () => {
    const { get } = start();

    expect(await Promise.all([get('github-webhook-secret'), get('approval-key'), get('slack')])).toEqual([
      'now',
      'key',
      undefined,
    ]);
    expect(await get('approval-key')).toBe('key');
    expect(store.asked).toEqual([{ Names: names.map((name) => `/drover/${name}`), WithDecryption: true }]);
  });

  it('are read again when they are five minutes old, and not before', async () => {
    const { get } = start();
    await get('approval-key');
    store.values['/drover/approval-key'] = 'another';

    clock += 5 * minute - 1;
    expect(await get('approval-key')).toBe('key');
    clock += 1;
    expect(await get('approval-key')).toBe('another');
  });

  it('are refreshed at most once a minute', async () => {
    const { get, refresh } = start();
    await get('github-webhook-secret');
    store.values['/drover/github-webhook-secret'] = 'rotated';

    for (let i = 0; i < 50; i += 1) expect(await refresh('github-webhook-secret')).toBe('now');
    expect(store.asked).toHaveLength(1);
    clock += minute;
    expect(await refresh('github-webhook-secret')).toBe('rotated');
    expect(await get('github-webhook-secret')).toBe('rotated');
    expect(store.asked).toHaveLength(2);
  });

  it('go on being used while the store is out, which is asked once a minute at most', async () => {
    const { get, refresh } = start();
    await get('approval-key');
    store.isOut = true;
    clock += 10 * minute;

    expect(await get('approval-key')).toBe('key');
    for (let i = 0; i < 5; i += 1) expect(await refresh('approval-key')).toBe('key');
    expect(store.asked).toHaveLength(2);
  });

  it('throw while the store is out and nothing is known, and work once it is back', async () => {
    const { get } = start();
    store.isOut = true;
    await expect(get('approval-key')).rejects.toThrow();
    store.isOut = false;

    expect(await get('approval-key')).toBe('key');
  });
});

describe('webhookSecrets', () => {
  it('gives the current one, then the previous one while there is one', async () => {
    const { secrets, refreshSecrets } = webhookSecrets(start());
    expect(await secrets()).toEqual(['now']);

    store.values['/drover/github-webhook-secret'] = 'new';
    store.values['/drover/github-webhook-secret-previous'] = 'now';
    clock += minute;
    expect(await refreshSecrets()).toEqual(['new', 'now']);
    expect(await secrets()).toEqual(['new', 'now']);
    expect(store.asked).toHaveLength(2);
  });
});
