/** The languages that have a recipe, `buildspec/<language>.yml`. The one list: the schema, the messages and `infra/` read it. */
export const languages = ['dockerfile', 'go', 'node', 'python', 'rust'] as const;

/** The steps of the recipes that a codebase may say otherwise, each one shell command in its place (buildspec/shared/step.sh). */
export const steps = ['install', 'fmt', 'clippy', 'vet', 'check', 'test', 'doctest', 'build'] as const;
