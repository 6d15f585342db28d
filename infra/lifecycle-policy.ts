import type { Codebase } from '../lib/codebase/codebase.ts';

/** One rule of ECR's, as its API takes it. Source: ECR user guide, "Lifecycle policy properties". */
export type LifecycleRule = {
  rulePriority: number;
  description: string;
  selection: { countNumber: number } & (
    | { tagStatus: 'tagged'; tagPrefixList: string[]; countType: 'imageCountMoreThan' }
    | { tagStatus: 'tagged'; tagPrefixList: string[]; countType: 'sinceImagePushed'; countUnit: 'days' }
    | { tagStatus: 'tagged'; tagPatternList: string[]; countType: 'sinceImagePushed'; countUnit: 'days' }
    | { tagStatus: 'untagged'; countType: 'sinceImagePushed'; countUnit: 'days' }
  );
  action: { type: 'expire' };
};

/**
 * How many images stay for each environment they were deployed to, and how many candidates. ECR counts by the time of the push and
 * not of the deployment, so more are kept than a rollback should need: with one deployment in twenty a rollback, up to ten back, the
 * ten that were live before are always there (a year of that is replayed in the tests). Whoever goes back much further, again and
 * again, is told by drover that the image is gone; it looks before it applies.
 */
export const keptDeployed = 50;
export const keptCandidates = 20;

/**
 * What ECR expires of a codebase's images. The last environment comes first: an image that a rule of higher priority speaks of is
 * never expired by a later one, so what runs in production is kept however busy the environments before it are.
 */
export function lifecyclePolicy({ environments }: Pick<Codebase, 'environments'>): { rules: LifecycleRule[] } {
  const expire = { type: 'expire' } as const;
  const prefixes = environments
    .map(({ name }) => ({
      prefix: `deployed-${name}-`,
      description: `was deployed to ${name}`,
      countNumber: keptDeployed,
    }))
    .toReversed();
  const candidates = {
    prefix: 'candidate-',
    description: 'waits, or waited, for a decision',
    countNumber: keptCandidates,
  };
  const counted = [...prefixes, candidates].map(
    ({ prefix, description, countNumber }, n): LifecycleRule => ({
      rulePriority: n + 1,
      description,
      selection: { tagStatus: 'tagged', tagPrefixList: [prefix], countType: 'imageCountMoreThan', countNumber },
      action: expire,
    }),
  );
  return {
    rules: [
      ...counted,
      {
        rulePriority: counted.length + 1,
        description: 'what builds keep for the next',
        selection: {
          tagStatus: 'tagged',
          tagPrefixList: ['cache-'],
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: 14,
        },
        action: expire,
      },
      {
        rulePriority: counted.length + 2,
        description: 'was never offered anywhere',
        selection: {
          tagStatus: 'tagged',
          tagPatternList: ['*'],
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: 30,
        },
        action: expire,
      },
      {
        rulePriority: counted.length + 3,
        description: 'what no tag names, as a broken push leaves it',
        selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 },
        action: expire,
      },
    ],
  };
}
