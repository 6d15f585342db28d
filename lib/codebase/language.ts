/** The languages that have a recipe, `buildspec/<language>.yml`. The one list: the schema, the messages and `infra/` read it. */
export const languages = ['go', 'node', 'python', 'rust'] as const;

/** The steps of the recipes that a codebase may say otherwise, each one shell command in its place (buildspec/shared/step.sh). */
export const steps = ['install', 'fmt', 'clippy', 'vet', 'check', 'test', 'doctest', 'build'] as const;

/** Build machine sizes, smallest first; `infra/` says which of CodeBuild's each one is. */
export const computeSizes = ['small', 'medium', 'large', 'xlarge', '2xlarge'] as const;
export type ComputeSize = (typeof computeSizes)[number];
