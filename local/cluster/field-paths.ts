import { type Fields, isFields } from './objects.ts';

/**
 * Lists whose items are known by a key, as Kubernetes' schema says (x-kubernetes-list-map-keys); every other list is one value.
 * Two tables, since a Service's ports have other keys than a container's.
 */
const KEYS: Record<string, string[][]> = {
  containers: [['name']],
  initContainers: [['name']],
  env: [['name']],
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
  volumes: [['name']],
  volumeMounts: [['mountPath']],
  conditions: [['type']],
};

/** The keys by which the items of the list `name` are told apart, or undefined where the list is one value. */
export function keysOf(name: string, items: unknown[]): string[] | undefined {
  return KEYS[name]?.find(([first]) => first !== undefined && items.every((item) => isFields(item) && first in item));
}

/** An item's key as fieldsV1 writes it: `k:{"name":"web"}`. */
export function itemStep(item: Fields, keys: string[]): string {
  const values = keys.map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : undefined)]);
  return `k:${JSON.stringify(Object.fromEntries(values.filter(([, value]) => value !== undefined)))}`;
}

/** Never owned by anybody. Source: apimachinery, managedfields/internal/stripmeta.go. */
const STRIPPED = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
]);

/** Every field that an object sets, as `path → value`. A path is its steps joined by a newline, which no name contains. */
export function pathsOf(object: Fields): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [key, value] of Object.entries(object)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'status') continue;
    if (key !== 'metadata') walk(value, [`f:${key}`], key, paths);
    else if (isFields(value))
      for (const [name, field] of Object.entries(value))
        if (!STRIPPED.has(name)) walk(field, ['f:metadata', `f:${name}`], name, paths);
  }
  return paths;
}

function walk(value: unknown, steps: string[], name: string, paths: Map<string, string>): void {
  if (value === undefined || value === null) return;
  if (isFields(value) && Object.keys(value).length > 0) {
    for (const [key, field] of Object.entries(value)) walk(field, [...steps, `f:${key}`], key, paths);
    return;
  }
  const keys = Array.isArray(value) && value.length > 0 ? keysOf(name, value) : undefined;
  if (!Array.isArray(value) || !keys) {
    paths.set(steps.join('\n'), JSON.stringify(value));
    return;
  }
  for (const item of value) {
    if (!isFields(item)) continue;
    const step = itemStep(item, keys);
    paths.set([...steps, step, '.'].join('\n'), '{}');
    for (const [key, field] of Object.entries(item)) walk(field, [...steps, step, `f:${key}`], key, paths);
  }
}

/** Paths as the nested object that `fieldsV1` is. */
export function toFieldsV1(paths: Iterable<string>): Fields {
  const root: Fields = {};
  for (const path of paths) {
    let at = root;
    for (const step of path.split('\n')) {
      const next = at[step];
      const below: Fields = isFields(next) ? next : {};
      at[step] = below;
      at = below;
    }
  }
  return root;
}

/** The paths of a `fieldsV1`. */
export function fromFieldsV1(fields: Fields, steps: string[] = []): string[] {
  return Object.entries(fields).flatMap(([step, below]) =>
    isFields(below) && Object.keys(below).length > 0
      ? fromFieldsV1(below, [...steps, step])
      : [[...steps, step].join('\n')],
  );
}

/** A path as messages write it: `.spec.template.spec.containers[name="web"].image`. */
export function readable(path: string): string {
  return path
    .split('\n')
    .filter((step) => step !== '.')
    .map((step) => (step.startsWith('f:') ? `.${step.slice(2)}` : `[${keyText(step)}]`))
    .join('');
}

function keyText(step: string): string {
  const key: unknown = JSON.parse(step.slice(2));
  return isFields(key)
    ? Object.entries(key)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')
    : '';
}
