import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Codebase, Herd } from '../../lib/codebase/codebase.ts';
import { type ParsedHerd, parseHerd } from '../../lib/codebase/parse-herd.ts';
import { herdJson, readHerd } from '../../lib/codebase/read-herd.ts';

function ok(text: string): Extract<ParsedHerd, { kind: 'herd' }> {
  const parsed = parseHerd(text);
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed;
}
function codebase(herd: Herd, name: string): Codebase {
  const found = herd.byName(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const rich = `
defaults:
  organisation: flock
  branch: trunk
  compute: medium
  environments:
    - { name: staging, cluster: pre, approval: none, stability: 10s }
    - { name: production, cluster: prod-eu, namespace: shops }
codebases:
  - { name: shop, language: node }
  - name: stamp
    language: rust
    repository: Others/Stamp.rs
    branch: main
    compute: 2xlarge
    buildTimeout: 2h
    environments:
      - staging
      - name: production
        namespace: stamps
        approvalLifetime: 2d
        rolloutDeadline: 15m
        workloads: [{ name: stamp-web, container: app }, { name: stamp-worker }]
      - { name: lab, cluster: lab, create: true }
  - { name: web, language: node, organisation: solo }
`;

describe('the herd', () => {
  it('fills in every default for an entry of a name and a language', () => {
    expect(
      codebase(ok('defaults: { organisation: flock }\ncodebases:\n  - { name: shop, language: node }').herd, 'shop'),
    ).toEqual({
      name: 'shop',
      language: 'node',
      github: 'https://github.com',
      repository: 'flock/shop',
      branch: 'main',
      compute: 'auto',
      platforms: ['linux/arm64'],
      buildTimeoutMinutes: 30,
      environments: [
        {
          name: 'production',
          cluster: 'production',
          namespace: 'default',
          workloads: [{ kind: 'Deployment', name: 'shop', container: 'shop' }],
          create: false,
          approval: 'required',
          approvalLifetimeMinutes: 7 * 24 * 60,
          rolloutDeadlineSeconds: 600,
          stabilitySeconds: 60,
          drift: 'report',
        },
      ],
    });
  });

  it('lets an entry override the defaults, and an environment only what it says', () => {
    const { herd } = ok(rich);
    const stamp = codebase(herd, 'stamp');
    expect(stamp).toMatchObject({
      github: 'https://github.com',
      repository: 'Others/Stamp.rs',
      branch: 'main',
      compute: '2xlarge',
      buildTimeoutMinutes: 120,
    });
    expect(stamp.environments).toMatchObject([
      { name: 'staging', cluster: 'pre', approval: 'none', stabilitySeconds: 10, workloads: [{ name: 'stamp' }] },
      {
        name: 'production',
        cluster: 'prod-eu',
        namespace: 'stamps',
        approvalLifetimeMinutes: 2880,
        rolloutDeadlineSeconds: 900,
        workloads: [
          { name: 'stamp-web', container: 'app' },
          { name: 'stamp-worker', container: 'stamp' },
        ],
      },
      { name: 'lab', cluster: 'lab', create: true },
    ]);
    expect(codebase(herd, 'web').repository).toBe('solo/web');
    expect(codebase(herd, 'shop').environments.map(({ name }) => name)).toEqual(['staging', 'production']);
  });

  it('finds by name, and by repository as GitHub compares', () => {
    const { herd } = ok(rich);
    expect(herd.byRepository('OTHERS/stamp.RS')?.name).toBe('stamp');
    expect(herd.byRepository('flock/stamp')).toBeUndefined();
    expect(herd.byName('none')).toBeUndefined();
  });

  it('is the same read back from what is packaged, defaults once', () => {
    const { herd, file } = ok(rich);
    const json = herdJson(file);
    expect(readHerd(json).codebases).toEqual(herd.codebases);
    expect(json.split('prod-eu')).toHaveLength(2);
    expect(json).toContain('{"name":"shop","language":"node"}');
  });

  it('refuses packaged text of another shape', () => {
    expect(() => readHerd('{"codebases":[{"name":"a"}]}')).toThrow();
  });

  it('of the root is right, and holds the two samples', () => {
    const { herd } = ok(readFileSync('codebases.yml', 'utf8'));
    expect(herd.codebases.map(({ name, language, repository }) => [name, language, repository])).toEqual([
      ['hello', 'node', 'drover-samples/hello'],
      ['stamp', 'rust', 'drover-samples/stamp'],
    ]);
    expect(herd.codebases.every(({ environments }) => environments.every(({ create }) => create))).toBe(true);
  });
});

describe('what a codebase says of its recipe', () => {
  it('is the environment of its builds, and nothing where it says nothing', () => {
    const { herd } = ok(
      'defaults: { organisation: flock }\ncodebases:\n  - { name: shop, language: go, package: ./cmd/shop, binary: shop, steps: { test: "go test -short ./...", doctest: "true" } }\n  - { name: web, language: node }',
    );
    expect(codebase(herd, 'shop').recipe).toEqual({
      DROVER_PACKAGE: './cmd/shop',
      DROVER_BINARY: 'shop',
      DROVER_STEP_TEST: 'go test -short ./...',
      DROVER_STEP_DOCTEST: 'true',
    });
    expect(codebase(herd, 'web')).not.toHaveProperty('recipe');
  });

  it.each([
    ['{ deploy: make }', 'unknown key “deploy”. Known here: install, fmt, clippy, vet, check, test, doctest, build'],
    ['{ test: "" }', 'empty'],
    ['{ test: 7 }', 'expected text'],
  ])('steps: %s is refused in plain words', (steps, words) => {
    const text = `defaults: { organisation: flock }\ncodebases:\n  - { name: shop, language: go, steps: ${steps} }`;
    expect(JSON.stringify(parseHerd(text))).toContain(words);
  });
});
