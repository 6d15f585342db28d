import type { Codebase, Environment, Herd } from '../../lib/codebase/codebase.ts';

const settings = {
  namespace: 'default',
  workloads: [{ kind: 'Deployment' as const, name: 'shop', container: 'shop' }],
  create: false,
  approvalLifetimeMinutes: 60,
  rolloutDeadlineSeconds: 120,
  stabilitySeconds: 0,
  drift: 'report' as const,
};

/** A herd of one codebase, with one environment that needs no approval before one that does. */
export function shopHerd(): Herd {
  const environments: Environment[] = [
    { ...settings, name: 'staging', cluster: 'near', approval: 'none' },
    { ...settings, name: 'production', cluster: 'far', approval: 'required' },
  ];
  const shop: Codebase = {
    name: 'shop',
    language: 'node',
    github: 'https://github.com',
    repository: 'acme/shop',
    branch: 'main',
    environments,
    compute: 'small',
    platforms: ['linux/arm64'],
    buildTimeoutMinutes: 30,
  };
  return {
    codebases: [shop],
    byName: (name) => (name === 'shop' ? shop : undefined),
    byRepository: (name) => (name === 'acme/shop' ? shop : undefined),
  };
}
