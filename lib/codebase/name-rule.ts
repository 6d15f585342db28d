/** One rule of a platform about names: `refuses` is true where the platform would. */
type Rule = { of: string; says: string; refuses: (name: string) => boolean };

/**
 * A codebase's name is at once the ECR repository `drover/<name>`, the CodeBuild project `drover-<name>`, and by default the
 * Kubernetes workload and container. Sources: ECR API, CreateRepository `repositoryName`; CodeBuild API, CreateProject `name`;
 * Kubernetes, "Object Names and IDs" (RFC 1123 labels; a container's name is one).
 */
const codebaseRules: Rule[] = [
  {
    of: 'ECR',
    says: 'a repository name has only lower-case letters, digits and single “-”, “_” or “.” between them',
    refuses: (name) => !/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name),
  },
  {
    of: 'CodeBuild',
    says: 'a project name has only letters, digits, “-” and “_”, and at most 150 characters with “drover-” before it',
    refuses: (name) => !/^[A-Za-z0-9_-]{1,143}$/.test(name),
  },
  {
    of: 'Kubernetes',
    says: 'a container name has only lower-case letters, digits and “-”, begins and ends with a letter or digit, and at most 63 characters',
    refuses: (name) => !isLabel(name),
  },
];

const isLabel = (name: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name);

/** The platforms that would refuse a codebase's name, each with the rule that it breaks; empty where none would. */
export function nameRefusals(name: string): string[] {
  return codebaseRules.filter(({ refuses }) => refuses(name)).map(({ of, says }) => `${of} would refuse it: ${says}`);
}

/** The name nearest to what was written that every platform takes, or undefined where nothing of it can be kept. */
export function acceptableName(name: string): string | undefined {
  const near = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return near === '' ? undefined : near;
}

/** Whether Kubernetes takes it as an RFC 1123 label (namespaces, containers). */
export const isKubernetesLabel = isLabel;

/** Whether Kubernetes takes it as an RFC 1123 subdomain (workloads). */
export const isKubernetesName = (name: string): boolean => name.length <= 253 && name.split('.').every(isLabelPart);
const isLabelPart = (part: string): boolean => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(part);
