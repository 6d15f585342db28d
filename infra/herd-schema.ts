// Writes `codebases.schema.json`, which editors check and complete `codebases.yml` by. Made from the zod schema: `npm run generate`.
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { computeSizes, cores, type Platform } from '../lib/codebase/compute.ts';
import { HerdFile } from '../lib/codebase/herd-file.ts';

const sizes = (platform: Platform): string =>
  computeSizes.map((size) => `${size} (${cores[platform][size]} cores)`).join(', ');

/** What an editor shows beside a key. Here and not in the schema, so that no function carries these words. */
export const descriptions: Record<string, string> = {
  defaults: 'What holds for every codebase that does not say otherwise.',
  codebases: 'The herd. An entry needs only a name and a language.',
  name: 'Of a codebase: its repository, image, build project, workload and container, unless said otherwise. Else: how it is called.',
  language: 'Which recipe builds it: buildspec/<language>.yml.',
  package:
    'Which package of a workspace becomes the image: a crate, a Go main package such as ./cmd/shop, or a Dockerfile or its folder; by rule if left out.',
  binary:
    'Which program becomes the image: a cargo binary, a program of “bin” in package.json, a script of pyproject.toml, a stage of a Dockerfile; by rule if left out.',
  steps: 'A shell command in place of one step of the recipe, as in { test: npm run test:unit }; “true” leaves it out.',
  organisation: 'The GitHub organisation or user that owns the repository.',
  github: 'Where GitHub is, for a server of one’s own; https://github.com if left out.',
  repository: 'The GitHub repository, “name” or “owner/name”; the name of the codebase if left out.',
  branch: 'The release branch; main if left out.',
  images:
    '“existing” for a codebase that is put back on the list: its image repository was kept, and is used as it is.',
  compute: `The machine that builds: ${sizes('linux/arm64')} on linux/arm64; ${sizes('linux/amd64')} on linux/amd64; lambda-1gb to lambda-10gb start sooner, for node alone and 15 minutes at most. auto if left out: small, and large where nothing was built yet, or lockfile or toolchain changed.`,
  platforms:
    'What the image runs on; the first is also the kind of machine that builds it. [linux/arm64] if left out; the machine with 72 cores is 2xlarge on linux/amd64.',
  fleet: 'The ARN of a CodeBuild fleet (reserved capacity) that builds, in place of “compute”.',
  buildTimeout: 'When a build is given up: 5m to 36h; 30m if left out.',
  environments:
    'Where it is released to, in this order; production if left out. In an entry: names of the defaults’, or a map that says what differs.',
  cluster: 'The EKS cluster; named as the environment if left out.',
  namespace: 'The Kubernetes namespace; default if left out.',
  workloads: 'What gets the image, in this order; a Deployment named as the codebase if left out.',
  kind: 'The kind of workload; Deployment if left out.',
  container: 'Which container of the workload gets the image; named as the codebase if left out.',
  approval: 'Whether a person must say yes; required if left out.',
  approvalLifetime: 'How long the question stands: 1m to 90d; 7d if left out.',
  rolloutDeadline: 'When a rollout that is not complete is rolled back: 10s to 1d; 10m if left out.',
  stability: 'How long a rollout must stay complete to be live: 1s to 1h; 60s if left out.',
  drift: 'What is done where something else runs than was approved: report it, or revert it; report if left out.',
  create: 'Whether a missing workload is made from a small default; false if left out.',
};

/** The JSON Schema as text, as it is committed. */
export function herdSchema(): string {
  const schema = z.toJSONSchema(HerdFile, {
    target: 'draft-07',
    io: 'input',
    override: ({ jsonSchema }) => {
      for (const [name, property] of Object.entries(jsonSchema.properties ?? {}))
        if (typeof property === 'object' && descriptions[name] !== undefined) property.description = descriptions[name];
    },
  });
  return `${JSON.stringify({ ...schema, title: 'The herd of drover' }, undefined, 2)}\n`;
}

if (import.meta.main) writeFileSync('codebases.schema.json', herdSchema());
