/** The languages that have a recipe, `buildspec/<language>.yml`. The one list: the schema, the messages and `infra/` read it. */
export const languages = ['node', 'rust'] as const;

/** Build machine sizes, smallest first; `infra/` says which of CodeBuild's each one is. */
export const computeSizes = ['small', 'medium', 'large', 'xlarge', '2xlarge'] as const;
export type ComputeSize = (typeof computeSizes)[number];
