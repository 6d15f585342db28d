import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseDocument } from 'yaml';
import { archive } from './archive.ts';
import { hashOf } from './build-project.ts';
import { writeRecipes } from './recipes.ts';

/** What the bucket of recipes holds, by name, and the hash of it all. */
export type RecipeFiles = { files: Record<string, Uint8Array>; hash: string };

/**
 * Every recipe as it is, and `tools.zip`: what `writeRecipes` puts beside the source on one machine too. CodeBuild unpacks the
 * zip into the folder that it names in CODEBUILD_SRC_DIR_drover.
 */
export async function recipeFiles(root = '.'): Promise<RecipeFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-tools-'));
  try {
    await writeRecipes(folder);
    const recipes = Object.entries(filesUnder(join(root, 'buildspec'))).filter(([name]) => /^[^/]+\.yml$/.test(name));
    const files = {
      ...Object.fromEntries(recipes),
      ...onLambda(Object.fromEntries(recipes)),
      'tools.zip': await archive(filesUnder(folder)),
    };
    return { files, hash: hashOfFiles(files) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The recipes as CodeBuild on Lambda takes them. Its images hold one runtime and none to choose from: "custom runtime environments"
 * are not supported there (user guide, "Run builds on AWS Lambda compute").
 */
function onLambda({ 'node.yml': node }: Record<string, Uint8Array>): Record<string, Uint8Array> {
  if (node === undefined) return {};
  const recipe = parseDocument(Buffer.from(node).toString());
  recipe.deleteIn(['phases', 'install', 'runtime-versions']);
  return { 'node.lambda.yml': Buffer.from(recipe.toString({ lineWidth: 0 })) };
}

/** SHA-256 of names and contents, its first 32 digits. */
function hashOfFiles(files: Record<string, Uint8Array>): string {
  const lines = Object.entries(files).map(([name, content]) => `${hashOf(content)} ${name}`);
  return hashOf(lines.toSorted().join('\n')).slice(0, 32);
}

function filesUnder(folder: string): Record<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}
