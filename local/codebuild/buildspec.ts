import { parse } from 'yaml';
import * as z from 'zod';

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html, version 0.2. */
const lines = z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String));
const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
const yes = z.union([z.boolean(), z.enum(['yes', 'no'])]).transform((value) => value === true || value === 'yes');

const Phase = z.strictObject({
  'run-as': z.string().optional(),
  'on-failure': z.enum(['ABORT', 'CONTINUE']).optional(),
  'runtime-versions': values.optional(),
  commands: lines.default([]),
  finally: lines.default([]),
});

const Report = z.strictObject({
  files: z.array(z.string()),
  'base-directory': z.string().optional(),
  'discard-paths': yes.optional(),
  'file-format': z.string().default('JUNITXML'),
});

export const Buildspec = z.strictObject({
  version: z.union(
    [z.literal(0.2), z.literal('0.2')],
    'must be 0.2: version 0.1 runs each command in a shell of its own',
  ),
  'run-as': z.string().optional(),
  env: z
    .strictObject({
      shell: z.enum(['bash', '/bin/sh']).optional(),
      variables: values.optional(),
      'parameter-store': values.optional(),
      'secrets-manager': values.optional(),
      'exported-variables': z.array(z.string()).default([]),
      'git-credential-helper': yes.optional(),
    })
    .optional(),
  proxy: z.unknown().optional(),
  phases: z.strictObject({
    install: Phase.optional(),
    pre_build: Phase.optional(),
    build: Phase.optional(),
    post_build: Phase.optional(),
  }),
  reports: z.record(z.string(), Report).optional(),
  artifacts: z
    .looseObject({
      files: z.array(z.string()).default([]),
      'base-directory': z.string().optional(),
      'discard-paths': yes.optional(),
    })
    .optional(),
  cache: z.looseObject({ paths: z.array(z.string()).default([]) }).optional(),
});
export type Buildspec = z.infer<typeof Buildspec>;
export type BuildspecPhase = z.infer<typeof Phase>;

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
