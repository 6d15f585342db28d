import type { LifecycleRule } from '../../infra/lifecycle-policy.ts';

/** `names`: the digests that an index lists. */
export type Image = { digest: string; pushedAt: number; tags: Set<string>; names?: string[] };

const DAY = 86_400_000;

/**
 * What ECR expires, by its documented rules: rules go by priority; a rule speaks of the images whose tags match each of its prefixes
 * or patterns; of these it counts from the newest push; an image that a rule of higher priority speaks of is never expired by a later
 * one, though a later one still counts it; "if an image is referenced by a manifest list, it cannot be expired or archived without the
 * manifest list being deleted or archived first". Source: ECR user guide, "Automate the cleanup of images by using lifecycle policies",
 * evaluation rules (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
 */
export function expiredBy(rules: LifecycleRule[], images: Image[], now: number): Set<Image> {
  const expired = new Set<Image>();
  const spokenOf = new Set<Image>();
  for (const { selection } of rules.toSorted((one, other) => one.rulePriority - other.rulePriority)) {
    const matching = images.filter(({ tags }) => matches(selection, tags)).toSorted((a, b) => b.pushedAt - a.pushedAt);
    const over =
      selection.countType === 'imageCountMoreThan'
        ? matching.slice(selection.countNumber)
        : matching.filter(({ pushedAt }) => now - pushedAt > selection.countNumber * DAY);
    for (const image of over) if (!spokenOf.has(image)) expired.add(image);
    for (const image of matching) spokenOf.add(image);
  }
  const named = new Set(images.flatMap(({ names = [] }) => names));
  for (const image of expired) if (named.has(image.digest)) expired.delete(image);
  return expired;
}

function matches(selection: LifecycleRule['selection'], tags: Set<string>): boolean {
  if (selection.tagStatus === 'untagged') return tags.size === 0;
  if ('tagPrefixList' in selection)
    return selection.tagPrefixList.every((prefix) => [...tags].some((tag) => tag.startsWith(prefix)));
  return selection.tagPatternList.every((pattern) => pattern === '*' && tags.size > 0);
}
