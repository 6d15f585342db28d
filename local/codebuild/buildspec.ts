import { parse } from 'yaml';
import * as z from 'zod';
import { OnFailure } from './on-failure.ts';

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html, version 0.2. What each key does here: docs/codebuild.md. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const command = z.union(
  [z.string(), z.number(), z.boolean()],
  'must be a text: a colon followed by a space makes a mapping of it, so put the command in quotes',
);
const lines = z.array(command.transform(String), 'must be a list of commands');
const values = z.record(z.string(), scalar);
const yes = z.union([z.boolean(), z.enum(['yes', 'no'])]).transform((value) => value === true || value === 'yes');
const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const common = {
  'run-as': z.string().optional(),
  'on-failure': OnFailure.optional(),
  'runtime-versions': values.optional(),
  finally: lines.default([]),
};
const Install = z.strictObject({ ...common, commands: lines.default([]) });
/** "Required if `build` is specified", and so for the others but `install`. */
const Phase = z.strictObject({ ...common, commands: lines });

const Report = z.strictObject({
  files: oneOrMore,
  'base-directory': z.string().optional(),
  'discard-paths': yes.optional(),
  /** "This value is not case sensitive." */
  'file-format': z
    .string()
    .transform((format) => format.toUpperCase())
    .pipe(
      z.enum([
        'CUCUMBERJSON',
        'JUNITXML',
        'NUNITXML',
        'NUNIT3XML',
        'TESTNGXML',
        'VISUALSTUDIOTRX',
        'CLOVERXML',
        'COBERTURAXML',
        'JACOCOXML',
        'SIMPLECOV',
      ]),
    )
    .default('JUNITXML'),
});

const artifact = {
  files: oneOrMore.default([]),
  name: scalar.optional(),
  'base-directory': z.string().optional(),
  'discard-paths': yes.optional(),
  'exclude-paths': oneOrMore.default([]),
  'enable-symlinks': yes.optional(),
  's3-prefix': z.string().optional(),
  /** "Deprecated" with version 0.2, and still met. */
  type: z.string().optional(),
};
const Artifact = z.strictObject(artifact);
export type Artifact = z.infer<typeof Artifact>;

const Cache = z.strictObject({
  key: scalar.optional(),
  'fallback-keys': z.array(scalar).max(5, 'at most five').default([]),
  action: z.enum(['restore', 'save']).optional(),
  paths: z.array(z.string()).default([]),
});
export type Cache = z.infer<typeof Cache>;

export const Buildspec = z.strictObject({
  version: z.union(
    [z.literal(0.2), z.literal('0.2')],
    'must be 0.2: version 0.1 runs each command in a shell of its own',
  ),
  'run-as': z.string().optional(),
  env: z
    .strictObject({
      shell: z.enum(['bash', '/bin/sh'], 'must be bash or /bin/sh: the others are of Windows').optional(),
      variables: values.optional(),
      'parameter-store': values.optional(),
      'secrets-manager': values.optional(),
      'exported-variables': z.array(z.string()).default([]),
      'git-credential-helper': yes.optional(),
    })
    .optional(),
  proxy: z.strictObject({ 'upload-artifacts': yes.optional(), logs: yes.optional() }).optional(),
  batch: z.unknown().optional(),
  phases: z.strictObject({
    install: Install.optional(),
    pre_build: Phase.optional(),
    build: Phase.optional(),
    post_build: Phase.optional(),
  }),
  reports: z.record(z.string(), Report).default({}),
  artifacts: z
    .strictObject({ ...artifact, 'secondary-artifacts': z.record(z.string(), Artifact).default({}) })
    .optional(),
  cache: Cache.optional(),
});
export type Buildspec = z.infer<typeof Buildspec>;
export type BuildspecPhase = z.infer<typeof Install>;
export type BuildspecReport = z.infer<typeof Report>;

/** The buildspec of a YAML text, or what is wrong with it in one line. */
export function readBuildspec(text: string): Buildspec | { wrong: string } {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return { wrong: `YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` };
  }
  const parsed = Buildspec.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { wrong: `${issue?.path.join('.') || 'buildspec'}: ${issue?.message}` };
}
