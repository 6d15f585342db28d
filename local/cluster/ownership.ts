import { fromFieldsV1, pathsOf, readable, toFieldsV1 } from './field-paths.ts';
import { merge, without } from './merge.ts';
import { type Fields, isFields, type ManagedFields } from './objects.ts';

type FieldConflict = { manager: string; operation: string; field: string };
export type ServerSideApply =
  | { kind: 'applied'; object: unknown; managers: ManagedFields[] }
  | { kind: 'conflicts'; conflicts: FieldConflict[] };

/**
 * Server-side apply: a field that another manager set to another value is a conflict, unless forced; fields that this manager applied
 * before and does not name now are removed, unless others own them. Source: Kubernetes, "Server-Side Apply".
 */
export function serverSideApply(
  live: Fields,
  patch: Fields,
  managers: ManagedFields[],
  as: { manager: string; force: boolean; at: string },
): ServerSideApply {
  const wanted = pathsOf(patch);
  const present = pathsOf(live);
  const own = managers.find(({ manager, operation }) => manager === as.manager && operation === 'Apply');
  const others = managers.filter((one) => one !== own);
  const conflicts = others.flatMap(({ manager, operation, fieldsV1 }) =>
    fromFieldsV1(fieldsV1)
      .filter((path) => wanted.has(path) && wanted.get(path) !== present.get(path))
      .map((path) => ({ manager, operation, path })),
  );
  if (conflicts.length > 0 && !as.force)
    return {
      kind: 'conflicts',
      conflicts: conflicts.map(({ manager, operation, path }) => ({ manager, operation, field: readable(path) })),
    };

  const taken = new Set(conflicts.map(({ path }) => path));
  const kept = others.map((one) => ({
    ...one,
    fieldsV1: toFieldsV1(fromFieldsV1(one.fieldsV1).filter((path) => !taken.has(path))),
  }));
  const owned = new Set(kept.flatMap(({ fieldsV1 }) => fromFieldsV1(fieldsV1)));
  const dropped = (own ? fromFieldsV1(own.fieldsV1) : []).filter((path) => !wanted.has(path) && !owned.has(path));
  const merged = merge(live, patch, { nulls: 'keep', lists: 'by-key' });
  const object = dropped.reduce<unknown>((rest, path) => without(rest, path), merged);
  const mine = {
    manager: as.manager,
    operation: 'Apply' as const,
    apiVersion: 'apps/v1',
    time: as.at,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(wanted.keys()),
  };
  return {
    kind: 'applied',
    object,
    managers: [...kept.filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0), mine],
  };
}

/** Who owns what after any other write: the writer takes what it changed, and nobody owns what is gone. */
export function afterUpdate(
  before: Fields,
  after: Fields,
  managers: ManagedFields[],
  as: { manager: string; at: string },
): ManagedFields[] {
  const old = pathsOf(before);
  const now = pathsOf(after);
  const changed = [...now].filter(([path, value]) => old.get(path) !== value).map(([path]) => path);
  if (changed.length === 0 && [...old.keys()].every((path) => now.has(path))) return managers;
  const isChanged = new Set(changed);
  const own = managers.find(({ manager, operation }) => manager === as.manager && operation === 'Update');
  const kept = managers
    .filter((one) => one !== own)
    .map((one) => ({
      ...one,
      fieldsV1: toFieldsV1(fromFieldsV1(one.fieldsV1).filter((path) => now.has(path) && !isChanged.has(path))),
    }));
  const mine = [
    ...(own && isFields(own.fieldsV1) ? fromFieldsV1(own.fieldsV1).filter((path) => now.has(path)) : []),
    ...changed,
  ];
  const entry = {
    manager: as.manager,
    operation: 'Update' as const,
    apiVersion: 'apps/v1',
    time: as.at,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(new Set(mine)),
  };
  return [...kept, entry].filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
}
