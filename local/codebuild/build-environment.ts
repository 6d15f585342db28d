import type { Build } from './build.ts';
import type { Buildspec } from './buildspec.ts';
import { type SecretReference, secretReference, secretValue } from './secret-reference.ts';

const inherited =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|(https?|no|all)_proxy|(CARGO|RUSTUP)_HOME|RUSTUP_TOOLCHAIN|npm_config_.*|YARN_.*|.*_CA_(BUNDLE|CERTS|FILE|INFO)|SSL_CERT_(FILE|DIR)|CARGO_HTTP_CAINFO|PIP_.*|PYENV_ROOT|UV_.*|GO(PROXY|SUMDB|FLAGS|TOOLCHAIN|NOSUMDB|PRIVATE)|BUILDKIT_HOST|DOCKER_(HOST|CONTEXT|CONFIG))$/i;
/** What npm sets for the script that it runs is of no concern to a build, and keys are not its business. */
const secret = /token|auth|password|secret|credential/i;
const ownOfNpm =
  /^npm_config_(local_prefix|prefix|globalconfig|userconfig|user_agent|node_gyp|npm_version|global_prefix|init_module|noproxy)$/i;

/**
 * What a build may see of the machine that it runs on: where tools, mirrors and certificates are, and nothing else. On AWS the
 * container starts without the operator's variables too; here they may hold keys.
 */
export const machineEnvironment = (all: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, value]): [string, string][] =>
      value !== undefined && inherited.test(name) && !ownOfNpm.test(name) && !secret.test(name) ? [[name, value]] : [],
    ),
  );

/** Values of the parameter store and the secrets manager, where the local stack has them. */
export type Resolve = {
  parameter: (name: string) => Promise<string | undefined>;
  /** The whole text of a secret. */
  secret: (reference: SecretReference) => Promise<string | undefined>;
};

/**
 * "The value in the start build operation call takes highest precedence, the value in the build project definition takes next
 * precedence, the value in the buildspec declaration takes lowest" (build-env-ref-env-vars). `build.environmentVariables` has the
 * first two merged already. A reference that leads nowhere is returned as what is wrong.
 */
export async function declaredVariables(
  build: Build,
  buildspec: Buildspec,
  resolve: Resolve,
): Promise<{ values: Record<string, string>; secrets: Set<string> } | { wrong: string }> {
  const values: Record<string, string> = { ...buildspec.env?.variables };
  const secrets = new Set<string>();
  const references: [string, string, 'PARAMETER_STORE' | 'SECRETS_MANAGER'][] = [];
  for (const [name, from] of Object.entries(buildspec.env?.['parameter-store'] ?? {}))
    references.push([name, from, 'PARAMETER_STORE']);
  for (const [name, from] of Object.entries(buildspec.env?.['secrets-manager'] ?? {}))
    references.push([name, from, 'SECRETS_MANAGER']);
  for (const { name, value, type } of build.environmentVariables) {
    if (type === 'PARAMETER_STORE' || type === 'SECRETS_MANAGER') references.push([name, value, type]);
    else values[name] = value;
  }
  const plain = new Set(build.environmentVariables.filter(({ type }) => type === 'PLAINTEXT').map(({ name }) => name));
  for (const [name, from, kind] of references) {
    if (plain.has(name)) continue;
    const found = await (kind === 'PARAMETER_STORE' ? parameterOf(from, resolve) : secretOf(from, resolve));
    if ('wrong' in found) return { wrong: `${name}: ${found.wrong}` };
    values[name] = found.value;
    secrets.add(name);
  }
  return { values, secrets };
}

type Found = { value: string } | { wrong: string };

async function parameterOf(name: string, { parameter }: Resolve): Promise<Found> {
  const value = await parameter(name);
  return value === undefined ? { wrong: `the parameter ${name} does not exist` } : { value };
}

async function secretOf(from: string, { secret }: Resolve): Promise<Found> {
  const reference = secretReference(from);
  if ('wrong' in reference) return reference;
  const text = await secret(reference);
  if (text === undefined) return { wrong: `the secret ${reference.id} does not exist` };
  const value = secretValue(text, reference);
  return value === undefined ? { wrong: `the secret ${reference.id} has no key ${reference.jsonKey}` } : { value };
}

/**
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html. Those of a webhook, of a batch and of a public
 * build are not set, as AWS does not set them for a build that is none of these.
 */
export function codeBuildVariables(
  build: Build,
  source: string,
  sources: Record<string, string>,
  logUrl: string,
): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    // The recipes ask it (go-toolchain.sh): an image that a call names is not what runs here.
    CODEBUILD_BUILD_IMAGE: 'local',
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_INITIATOR: 'drover',
    CODEBUILD_LOG_PATH: build.id.split(':')[1] ?? '',
    CODEBUILD_BUILD_URL: logUrl,
    CODEBUILD_KMS_KEY_ID: 'arn:aws:kms:us-east-1:000000000000:alias/aws/s3',
    CODEBUILD_PROJECT_ARN: build.arn.replace(/:build\/.*/, `:project/${build.projectName}`),
    CODEBUILD_PROJECT_UUID: build.projectName,
    CODEBUILD_RESOLVED_SOURCE_VERSION: build.resolvedSourceVersion ?? '',
    CODEBUILD_SOURCE_REPO_URL: build.sourceLocation,
    CODEBUILD_SOURCE_VERSION: build.sourceVersion ?? '',
    CODEBUILD_SRC_DIR: source,
    CODEBUILD_START_TIME: String(build.startTime),
    ...Object.fromEntries(Object.entries(sources).map(([name, path]) => [`CODEBUILD_SRC_DIR_${name}`, path])),
  };
}
