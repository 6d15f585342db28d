import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHerd } from '../../../lib/codebase/parse-herd.ts';
import { findClusters } from '../../../local/cluster/find-clusters.ts';
import type { Journey } from './acts.ts';

const codebasesOf = (environment: string) => {
  const parsed = parseHerd(`
defaults: { organisation: drover-samples, environments: [{ name: production, ${environment} }] }
codebases: [{ name: shop, language: go }]`);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.herd.codebases;
};

export const lookedAt: Journey = {
  name: 'before anything is released: what is missing in the cluster is told, and who is refused is told so',
  run: async ({ kubernetes: { kubeconfig, folder } }) => {
    const missing = async (environment: string) => (await findClusters(kubeconfig, codebasesOf(environment))).missing;
    assert.deepEqual(await missing('create: true'), []);
    assert.deepEqual(await missing('create: true, namespace: nowhere'), [
      'shop in production: there is no namespace nowhere: kubectl create namespace nowhere',
    ]);
    const [line = ''] = await missing('create: false');
    assert.match(line, /^shop in production: there is no Deployment shop in namespace default/);
    const changed = async (from: RegExp, to: string) => {
      const file = join(folder, 'changed.kubeconfig');
      writeFileSync(file, readFileSync(kubeconfig, 'utf8').replace(from, to));
      const found = findClusters(file, codebasesOf('create: true'));
      return found.then(
        () => 'found',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
    };
    const refused = await changed(/admin-token/, 'old-token');
    assert.match(refused, /^Cluster production: .* does not know us \(401\)/);
    // Without its own CA, the machine's do not vouch for it.
    const untrusted = await changed(/"certificate-authority":"[^"]*"/, '"proxy-url":""');
    assert.match(untrusted, /^Cluster production: the certificate of .* is not one that its CA vouches for/);
    return `${line}; ${refused}`;
  },
};
