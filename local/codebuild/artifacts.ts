import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Artifact, Buildspec } from './buildspec.ts';
import { baseDirectories, filesOf } from './file-pattern.ts';
import { inside } from './inside.ts';
import type { Project } from './project.ts';

type Kept = { kind: 'kept'; lines: string[] } | { kind: 'failed'; reason: string };

/**
 * Keeps the artifacts of a build in a folder: the primary ones at its root, secondary ones below their identifier, both under
 * their name where the project says `overrideArtifactName`. `expand` is the shell's: "The name … uses the Shell command language."
 */
export async function keepArtifacts(
  artifacts: NonNullable<Buildspec['artifacts']>,
  project: Project,
  source: string,
  to: string,
  expand: (text: string) => Promise<string>,
): Promise<Kept> {
  await rm(to, { recursive: true, force: true });
  const secondary = Object.entries(artifacts['secondary-artifacts']);
  const lines: string[] = [];
  for (const [identifier, one] of [['', artifacts] as const, ...secondary]) {
    const key = identifier ? `artifacts.secondary-artifacts.${identifier}` : 'artifacts';
    const definition = identifier
      ? project.secondaryArtifacts?.find(({ artifactIdentifier }) => artifactIdentifier === identifier)
      : (project.artifacts ?? {});
    // "Each artifact identifiers in this block must match an artifact defined in the `secondaryArtifacts` attribute of your project."
    if (!definition) return failed(`${key}: the project defines no secondary artifact of that name`);
    if (one.files.length === 0) {
      // "The artifacts/files sequence is always required, even when there are only secondary artifacts defined."
      if (identifier || secondary.length > 0) return failed(`${key}.files: required`);
      continue;
    }
    const named = one.name !== undefined && definition.overrideArtifactName === true;
    if (one.name !== undefined && !named)
      lines.push(`${key}.name: no effect here: the project does not say overrideArtifactName`);
    const name = named ? await expand(one.name ?? '') : '';
    const folder = inside(to, join(identifier, name));
    if (folder === undefined) return failed(`${key}.name: ${name} leads out of the artifacts`);
    const count = await copyFiles(one, source, folder);
    if (count === undefined) return failed(`${key}.base-directory: ${one['base-directory']} leads out of the source`);
    if (count === 0) return failed(`no matching artifact paths found${identifier ? ` for ${identifier}` : ''}`);
    lines.push(`Kept ${count} artifacts${identifier || name ? ` in ${join(identifier, name)}` : ''}`);
  }
  return { kind: 'kept', lines };
}

/** How many were copied; undefined where the base directory is outside the source. */
async function copyFiles(one: Artifact, source: string, to: string): Promise<number | undefined> {
  let count = 0;
  for (const base of await baseDirectories(source, one['base-directory'])) {
    if (inside(source, base) === undefined) return undefined;
    for (const file of await filesOf(base, one.files, one['exclude-paths'])) {
      const target = join(to, one['discard-paths'] ? basename(file) : file);
      await mkdir(dirname(target), { recursive: true });
      await cp(join(base, file), target);
      count++;
    }
  }
  return count;
}

const failed = (reason: string): Kept => ({ kind: 'failed', reason });
