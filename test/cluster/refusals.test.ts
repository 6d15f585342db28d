import { spawn } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { ClusterError } from '../../lib/cluster/cluster-error.ts';
import type { Access } from '../../lib/cluster/kubernetes/api.ts';
import { apply } from '../../lib/cluster/kubernetes/apply.ts';
import { httpsApi } from '../../lib/cluster/kubernetes/https-api.ts';
import { Target } from '../../lib/target/record.ts';
import { listen } from '../../local/http/listen.ts';
import { aCandidate, ada, aTarget, commitOf, digestOf, imageOf, noon, play } from '../target/play.ts';
import { type Certificate, certificate } from './certificates.ts';
import { type RefusalCase, refusals, type Server } from './refusals.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

let certificates: Record<'own' | 'other' | 'expired' | 'elsewhere', Certificate>;
beforeAll(() => {
  certificates = {
    own: certificate('own'),
    other: certificate('other'),
    expired: certificate('own', { expired: true }),
    elsewhere: certificate('own', { address: '10.0.0.1' }),
  };
});

async function started(server: http.Server | https.Server): Promise<string> {
  const listening = await listen(server, 0, 'a cluster');
  open.push(listening.close);
  return listening.url;
}

/** A listener that accepts nobody: its program sleeps, and the places in its queue are taken. A network that swallows is no different. */
async function unconnected(): Promise<string> {
  const program = `const s = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(s.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  open.push(() => child.kill('SIGKILL'));
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (text: Buffer) => resolve(Number(text))),
  );
  for (let n = 0; n < 4; n += 1) {
    const taken = net.connect(port, '127.0.0.1').on('error', () => {});
    open.push(() => taken.destroy());
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  return `http://127.0.0.1:${port}`;
}

async function accessTo(server: Server): Promise<Access> {
  const token = async () => 'token';
  if ('answers' in server) return { server: await started(answering(server)), token };
  if (server.is === 'tls') {
    const { cert: ca } = server.trusts === 'other' ? certificates.other : certificates[server.certificate];
    const tls = https.createServer(certificates[server.certificate], (_, response) => response.writeHead(401).end());
    const url = (await started(tls)).replace('http:', 'https:');
    return server.client ? { server: url, ca, ...certificates.other } : { server: url, ca, token };
  }
  if (server.is === 'unconnected') return { server: await unconnected(), token };
  if (server.is === 'not-http') {
    const other = net.createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    open.push(() => other.close());
    const at = other.address();
    return { server: `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}`, token };
  }
  const url = await started(
    http.createServer((request, response) => {
      if (server.is === 'cut-off') request.socket.destroy();
      if (server.is === 'not-tls') response.end();
    }),
  );
  if (server.is === 'gone') await open.pop()?.();
  return { server: server.is === 'not-tls' ? url.replace('http:', 'https:') : url, token };
}

/** It has a Deployment `web` with one container, which a GET shows unless the case says otherwise. */
function answering({ answers, list = [], container = 'web' }: Extract<Server, { answers: unknown }>): http.Server {
  const workload = {
    metadata: { name: 'web', uid: 'w', resourceVersion: '1' },
    spec: { selector: {}, template: { spec: { containers: [{ name: container, image: imageOf('a') }] } } },
  };
  return http.createServer((request, response) => {
    const isList = request.url?.includes('limit=');
    const listed = { items: list.map((name) => ({ metadata: { name } })) };
    const given = isList ? undefined : answers[request.method === 'PATCH' ? 'PATCH' : 'GET'];
    const {
      status = 200,
      body = isList ? listed : workload,
      headers = { 'content-type': 'application/json' },
    } = given ?? {};
    response.writeHead(status, given?.body === undefined && given !== undefined ? given.headers : headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const place = {
  cluster: 'main',
  namespace: 'shop',
  workloads: [{ kind: 'Deployment' as const, name: 'web', container: 'web' }],
  create: false,
};
const order = {
  image: imageOf('b'),
  number: 4,
  expected: [imageOf('a')],
  release: commitOf('b'),
  stillCurrent: async () => true,
};

/** What an apply comes to: an outcome, or an error that says whether to try again. */
async function applied({ server }: RefusalCase) {
  const access = await accessTo(server);
  const shown = (text: string) => text.replaceAll(access.server, 'https://cluster');
  try {
    const answer = await apply(httpsApi(access, 300), place, order);
    return { line: answer.kind === 'refused' ? shown(answer.reason) : answer.kind, retried: false, answer };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const { retryAfter } = error;
    return { line: shown(error.message), retried: error.retryable, ...(retryAfter !== undefined && { retryAfter }) };
  }
}

test.each(refusals)('$name', async (given) => {
  const { line, retried, retryAfter } = given;
  const seen = await applied(given);
  expect(seen).toMatchObject({ line, retried, ...(retryAfter !== undefined && { retryAfter }) });
  expect(seen.line).not.toMatch(/[\n\r]|token$/);
});

const outcomes = refusals.filter(({ retried }) => !retried);
test.each(outcomes)('$name: the record is whole, and the way back begins with that line', async (given) => {
  const { answer, line } = await applied(given);
  if (answer === undefined) throw new Error('no outcome');
  const shown = { release: commitOf('b'), digest: digestOf('b'), running: imageOf('a'), ask: 1, expiresAt: noon + 1e6 };
  const { target, remark } = play(aTarget({ candidate: aCandidate }), [
    { kind: 'approved', shown, by: ada },
    { kind: 'apply-answered', number: 4, answer },
  ]);
  expect(Target.parse(target).rollout).toMatchObject({ phase: 'rolling-back', number: 5, reason: line });
  expect(remark).toMatchObject({ what: 'rolling-back', text: line, release: commitOf('b') });
  const held = play(target, [{ kind: 'apply-answered', number: 5, answer }]).target;
  expect(Target.parse(held)).toMatchObject({ rollout: null, held: { reason: `rolling back was refused: ${line}` } });
});
