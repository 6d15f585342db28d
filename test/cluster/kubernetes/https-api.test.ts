import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { httpsApi } from '../../../lib/cluster/kubernetes/https-api.ts';
import { listen } from '../../../local/http/listen.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(answer: http.RequestListener): Promise<string> {
  const listening = await listen(http.createServer(answer), 0, 'a server');
  open.push(listening.close);
  return listening.url;
}

const get = { method: 'GET', path: '/apis' } as const;

test.each([408, 429, 500, 503])('%i is an outage, not an answer', async (status) => {
  const server = await serve((_, response) => response.writeHead(status).end());
  await expect(httpsApi({ server })(get)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
});

test('a refused token is made anew once; then it is said', async () => {
  const seen: string[] = [];
  const server = await serve((request, response) => {
    seen.push(request.headers.authorization ?? '');
    response
      .writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401, { 'content-type': 'application/json' })
      .end('{}');
  });
  expect(await httpsApi({ server, token: async (fresh) => (fresh ? 'new' : 'old') })(get)).toEqual({
    status: 200,
    body: {},
  });
  expect(seen).toEqual(['Bearer old', 'Bearer new']);
  const refused = httpsApi({ server, token: async () => 'secret-token' })(get);
  await expect(refused).rejects.toMatchObject({ code: 'unauthorized', retryable: true });
  await expect(refused).rejects.not.toThrow('secret-token');
});

test('nobody there, and an answer that is cut off, are outages', async () => {
  const gone = await serve(() => {});
  await open.pop()?.();
  await expect(httpsApi({ server: gone })(get)).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  const cut = await serve((request) => request.socket.destroy());
  await expect(httpsApi({ server: cut })(get)).rejects.toMatchObject({ code: 'unreachable', retryable: true });
});

test('a server that hangs is an outage', async () => {
  const server = await serve(() => {});
  await expect(httpsApi({ server }, 200)(get)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('did not answer within 0.2 s'),
  });
});

test('garbage is no answer; a log that looks like JSON stays text', async () => {
  const server = await serve((request, response) => {
    const json = request.url === '/apis';
    response.writeHead(200, { 'content-type': json ? 'application/json' : 'text/plain' }).end('{"level":"info"}\n{');
  });
  await expect(httpsApi({ server })(get)).rejects.toMatchObject({ code: 'garbled', retryable: true });
  expect(await httpsApi({ server })({ method: 'GET', path: '/log' })).toEqual({
    status: 200,
    body: '{"level":"info"}\n{',
  });
});

test('only the CA that belongs to the cluster is trusted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-ca-'));
  const certificate = (name: string) => {
    const file = (end: string) => join(folder, `${name}.${end}`);
    const made = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    ];
    execFileSync('env', ['openssl', ...made, '-keyout', file('key'), '-out', file('crt')], { stdio: 'ignore' });
    return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('crt'), 'utf8') };
  };
  const own = certificate('own');
  const other = certificate('other');
  const server = https.createServer(own, (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  );
  const listening = await listen(server, 0, 'a server');
  open.push(listening.close);
  const url = listening.url.replace('http:', 'https:');
  expect(await httpsApi({ server: url, ca: own.cert })(get)).toMatchObject({ status: 200 });
  await expect(httpsApi({ server: url, ca: other.cert })(get)).rejects.toMatchObject({ code: 'untrusted' });
  await expect(httpsApi({ server: url })(get)).rejects.toMatchObject({ code: 'untrusted' });
  rmSync(folder, { recursive: true });
});
