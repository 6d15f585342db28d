import type { Artifact, Buildspec } from './buildspec.ts';

/**
 * One line for every key that a buildspec may have and that does nothing on this machine: what is accepted is never passed over in
 * silence. What has an effect or is refused is told elsewhere.
 */
export function noEffect(buildspec: Buildspec): string[] {
  const { env, proxy, batch, phases, artifacts } = buildspec;
  const told: string[] = [];
  const tell = (key: string, why: string) => told.push(`${key}: no effect here: ${why}`);
  if (env?.['git-credential-helper']) tell('env.git-credential-helper', 'git has no credentials on this machine');
  for (const name of Object.keys(env?.variables ?? {}))
    if (name.startsWith('CODEBUILD_')) tell(`env.variables.${name}`, 'the prefix CODEBUILD_ is reserved');
  if (proxy) tell('proxy', "this machine's own proxy settings are used");
  if (batch !== undefined) tell('batch', 'this is one build, and batch builds (StartBuildBatch) are not served');
  for (const [name, phase] of Object.entries(phases))
    for (const [runtime, version] of Object.entries(phase?.['runtime-versions'] ?? {}))
      tell(`phases.${name}.runtime-versions`, `${runtime} ${version}: this machine's own is used`);
  for (const [name, report] of Object.entries(buildspec.reports))
    if (report['discard-paths']) tell(`reports.${name}.discard-paths`, 'raw report files are not kept');
  if (artifacts) ofArtifact('artifacts', artifacts);
  for (const [name, one] of Object.entries(artifacts?.['secondary-artifacts'] ?? {}))
    ofArtifact(`artifacts.secondary-artifacts.${name}`, one);
  if (buildspec.cache?.['fallback-keys'].length && buildspec.cache.key === undefined)
    tell('cache.fallback-keys', 'there is no key');
  return told;

  function ofArtifact(key: string, one: Artifact): void {
    if (one['enable-symlinks'])
      tell(`${key}.enable-symlinks`, 'it is for ZIP output, and artifacts are files in a folder');
    if (one['s3-prefix'] !== undefined) tell(`${key}.s3-prefix`, 'artifacts are kept in a folder, not in S3');
    if (one.type !== undefined) tell(`${key}.type`, 'deprecated since version 0.2');
  }
}
