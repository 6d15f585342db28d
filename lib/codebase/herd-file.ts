import * as z from 'zod';
import { WorkloadKind } from '../target/record.ts';
import { computes, platforms } from './compute.ts';
import { duration } from './duration.ts';
import { languages, steps } from './language.ts';
import { acceptableName, isKubernetesLabel, isKubernetesName, nameRefusals } from './name-rule.ts';

/** GitHub's rule for logins, as its sign-up form says it: letters, digits and single hyphens between them, 39 at most. */
const Organisation = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}$/,
    'GitHub has no such name: letters, digits and single “-” between them, 39 at most',
  );

const Repository = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}\/)?[A-Za-z0-9._-]{1,100}$/,
    'write a GitHub repository as “name”, or as “owner/name”',
  );

/** The rules of git-check-ref-format that a branch can break. */
const Branch = z
  .string()
  .min(1)
  .refine((name) => !name.startsWith('refs/'), 'write the branch without “refs/heads/”')
  .refine(
    (name) =>
      !/(?:^[-/])|[\s~^:?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|[/.]$/.test(name) &&
      !hasControl(name) &&
      name !== '@',
    'git refuses such a branch name (git check-ref-format)',
  );

const hasControl = (text: string): boolean => [...text].some((letter) => letter < ' ' || letter === '\u007f');

const label =
  'Kubernetes would refuse it: lower-case letters, digits and “-”, a letter or digit at both ends, at most 63';
const Label = z.string().refine(isKubernetesLabel, label);

export const WorkloadFile = z.strictObject({
  kind: WorkloadKind.optional(),
  name: z
    .string()
    .refine(
      isKubernetesName,
      'Kubernetes would refuse it: lower-case letters, digits, “-” and “.”, at most 253 characters',
    )
    .optional(),
  container: Label.optional(),
});
export type WorkloadFile = z.infer<typeof WorkloadFile>;

/** An environment as it is written. An image is kept under the tag `deployed-<environment>-<commit>`, hence the label's rule. */
export const EnvironmentFile = z.strictObject({
  name: Label,
  /** EKS API, CreateCluster `name`. */
  cluster: z
    .string()
    .regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, 'EKS has no such name: letters, digits, “-” and “_”, 100 at most')
    .optional(),
  namespace: Label.optional(),
  workloads: z.array(WorkloadFile).min(1).optional(),
  approval: z.enum(['required', 'none']).optional(),
  approvalLifetime: duration('1m', '90d').optional(),
  rolloutDeadline: duration('10s', '1d').optional(),
  stability: duration('1s', '1h').optional(),
  drift: z.enum(['report', 'revert']).optional(),
  create: z.boolean().optional(),
});
export type EnvironmentFile = z.infer<typeof EnvironmentFile>;

const Chosen = z
  .string()
  .regex(/^[\w@.][\w@./-]{0,199}$/, 'write a name or a path: letters, digits, “.”, “_”, “/”, “@” and “-”, not first');

/** CodeBuild API, CreateProject `timeoutInMinutes`: 5 minutes to 36 hours. */
const shared = {
  organisation: Organisation.optional(),
  branch: Branch.optional(),
  compute: z.enum(computes).optional(),
  platforms: z.array(z.enum(platforms)).min(1).optional(),
  /** CodeBuild API, CreateFleet `name`, and the UUID that follows it in an ARN. */
  fleet: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:codebuild:[a-z0-9-]+:\d{12}:fleet\/[A-Za-z0-9][\w-]{1,127}(?::[0-9a-f-]{36})?$/,
      'write the fleet’s ARN, arn:aws:codebuild:<region>:<account>:fleet/<name>:<id>, as “aws codebuild list-fleets” says it',
    )
    .optional(),
  buildTimeout: duration('5m', '36h').optional(),
};

export const CodebaseFile = z.strictObject({
  name: z.string().superRefine((name, context) => {
    const [refusal] = nameRefusals(name);
    const near = acceptableName(name);
    const would = near === undefined ? '' : `; “${near}” would do`;
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: `${refusal}${would}` });
  }),
  language: z.enum(languages),
  repository: Repository.optional(),
  /** Which package and which of its programs become the image, where the recipe's rule would choose another, or none. */
  package: Chosen.optional(),
  binary: Chosen.optional(),
  steps: z.partialRecord(z.enum(steps), z.string().min(1).max(1_000)).optional(),
  /** A codebase that was taken off the list left its images behind; put back, their repository must not be made again. */
  images: z.enum(['new', 'existing']).optional(),
  ...shared,
  environments: z
    .array(z.union([Label, EnvironmentFile]))
    .min(1)
    .optional(),
});
export type CodebaseFile = z.infer<typeof CodebaseFile>;

export const DefaultsFile = z.strictObject({
  ...shared,
  /** Of a GitHub server of one's own; github.com if left out. */
  github: z.url({ protocol: /^https?$/ }).optional(),
  environments: z.array(EnvironmentFile).min(1).optional(),
});

/** `codebases.yml` as it is written, and `herd.json` as it is packaged: defaults once, entries with what differs. */
export const HerdFile = z.strictObject({ defaults: DefaultsFile.optional(), codebases: z.array(CodebaseFile) });
export type HerdFile = z.infer<typeof HerdFile>;
