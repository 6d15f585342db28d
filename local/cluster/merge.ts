import { itemStep, keysOf } from './field-paths.ts';
import { type Fields, isFields } from './objects.ts';

/**
 * `patch` laid over `live`: objects field by field, lists with keys item by item (an unknown item is added, as Kubernetes does),
 * every other value whole. `nulls: 'delete'` as strategic and JSON merge patches do.
 */
export function merge(
  live: unknown,
  patch: unknown,
  options: { nulls: 'delete' | 'keep'; lists: 'by-key' | 'whole' },
  name = '',
): unknown {
  if (isFields(patch)) {
    const merged: Fields = { ...(isFields(live) ? live : {}) };
    for (const [key, value] of Object.entries(patch)) {
      if (key.startsWith('$')) continue;
      if (value === null && options.nulls === 'delete') delete merged[key];
      else merged[key] = merge(merged[key], value, options, key);
    }
    return merged;
  }
  if (Array.isArray(patch) && Array.isArray(live) && options.lists === 'by-key') {
    const keys = keysOf(name, [...live, ...patch]);
    if (keys) return mergeItems(live.filter(isFields), patch.filter(isFields), keys, options);
  }
  return patch;
}

function mergeItems(live: Fields[], patch: Fields[], keys: string[], options: Parameters<typeof merge>[2]): Fields[] {
  const merged = new Map(live.map((item) => [itemStep(item, keys), item]));
  for (const item of patch) {
    const step = itemStep(item, keys);
    const result = merge(merged.get(step), item, options);
    if (item.$patch === 'delete') merged.delete(step);
    else if (isFields(result)) merged.set(step, result);
  }
  return [...merged.values()];
}

/** The object without the field at `path` (steps joined by a newline, as pathsOf writes them); a list's item for a path that ends in `.`. */
export function without(value: unknown, path: string): unknown {
  const [step, ...rest] = path.split('\n');
  if (step === undefined || value === undefined) return value;
  if (step.startsWith('k:') && Array.isArray(value)) {
    const matches = (item: unknown) => isFields(item) && itemStep(item, Object.keys(parsedKey(step))) === step;
    if (rest[0] === '.') return value.filter((item) => !matches(item));
    return value.map((item) => (matches(item) ? without(item, rest.join('\n')) : item));
  }
  const key = step.slice(2);
  if (!isFields(value) || !(key in value)) return value;
  if (rest.length > 0) return { ...value, [key]: without(value[key], rest.join('\n')) };
  const { [key]: _, ...others } = value;
  return others;
}

function parsedKey(step: string): Fields {
  const key: unknown = JSON.parse(step.slice(2));
  return isFields(key) ? key : {};
}

/** A JSON patch (RFC 6902: add, replace, remove, test) carried out. Throws where a path is missing or a test fails. */
export function jsonPatch(live: Fields, operations: { op: string; path: string; value?: unknown }[]): unknown {
  const document: Fields = structuredClone(live);
  for (const { op, path, value } of operations) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    let at: unknown = document;
    for (const step of steps) at = Array.isArray(at) ? at[Number(step)] : isFields(at) ? at[step] : undefined;
    if (last === undefined || (!isFields(at) && !Array.isArray(at))) throw new Error(`no such path ${path}`);
    const list = Array.isArray(at) ? at : undefined;
    const fields = isFields(at) ? at : {};
    const there = list ? list[Number(last)] : fields[last];
    if (op !== 'add' && there === undefined) throw new Error(`no such path ${path}`);
    if (op === 'test' && JSON.stringify(there) !== JSON.stringify(value)) throw new Error(`testing ${path} failed`);
    if (list && op === 'remove') list.splice(Number(last), 1);
    else if (list && op === 'replace') list[Number(last)] = value;
    else if (list && op === 'add') list.splice(last === '-' ? list.length : Number(last), 0, value);
    else if (op === 'remove') delete fields[last];
    else if (op === 'replace' || op === 'add') fields[last] = value;
  }
  return document;
}
