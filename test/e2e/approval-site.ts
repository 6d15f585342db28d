import { createServer } from 'node:http';
import { approval } from '../../lib/approval/approval-handler.ts';
import { approvalLink } from '../../lib/approval/token.ts';
import { decideTarget } from '../../lib/target/decide.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import type { Target } from '../../lib/target/record.ts';
import { aRelease, askedTarget, newCommit, newDigest, newImage, noon, shop, toldBuild } from '../approval/records.ts';

export type ApprovalSite = Awaited<ReturnType<typeof startApprovalSite>>;

/** The approval page over HTTP, for one target that is decided by the real table. */
export async function startApprovalSite() {
  let target: Target = askedTarget();
  let decisions = 0;
  const keys = { current: 'k'.repeat(32) };
  const decide = (event: TargetEvent) => {
    const [, environment] = shop.environments;
    if (!environment) throw new Error('no environment');
    const key = { codebase: 'shop', environment: 'production' };
    const context = {
      now: noon,
      key,
      environment,
      nextEnvironment: undefined,
      watchAfter: 1_000,
      lease: 90_000,
      version: 9,
    };
    const decision = decideTarget(target, event, context);
    if (decision.kind === 'changed') target = decision.record;
    return decision;
  };
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      query: {},
      headers,
      body: Buffer.concat(chunks),
    };
    const response = await approval(request, {
      readTarget: async () => target,
      readRelease: async (_, commit) => {
        const image = { bytes: commit === newCommit ? 12_345_678 : 12_000_000 };
        return aRelease({ commit, build: { ...toldBuild, image, tests: { total: 42, failed: 0, skipped: 0 } } });
      },
      codebase: () => shop,
      approvalKeys: async () => keys,
      url,
      now: () => noon,
      advance: {
        target: async (_codebase, _environment, event) => {
          decisions++;
          const decision = decide(event);
          return decision.kind === 'ignored'
            ? { ...decision, record: target }
            : { kind: 'written', record: target, version: 9 };
        },
      },
    });
    outgoing.writeHead(response.status, response.headers).end(response.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    link: () => approvalLink(url, target, keys) ?? '',
    target: (): Target | undefined => target,
    decisions: () => decisions,
    /** A release that was pushed later is offered. */
    moveOn: async () => {
      decide({ kind: 'offered', offer: { release: 'd'.repeat(40), digest: newDigest, image: newImage, order: 30 } });
    },
    close: () => new Promise((done) => server.close(done)),
  };
}
