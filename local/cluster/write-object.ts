// Longer than others: create and the five ways to change share the same checks, in the same order.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { stamp } from './controller.ts';
import { jsonPatch, merge } from './merge.ts';
import { type Fields, isFields, type Metadata } from './objects.ts';
import { afterUpdate, serverSideApply } from './ownership.ts';
import { alreadyExists, invalid, modified, notFound, Refusal } from './status-answer.ts';

type Stored = { metadata: Metadata; spec: unknown };

/** How one kind of object is written. `check` gives further reasons why an object is refused. */
export type Kind<T extends Stored> = {
  resource: string;
  kind: string;
  schema: z.ZodType<T>;
  objects: Map<string, T>;
  check: (object: T, before: T | undefined) => string[];
};

export type Write = {
  namespace: string;
  name: string;
  manager: string;
  force: boolean;
  contentType: string;
  body: unknown;
  now: number;
  nextVersion: () => string;
};

const Operations = z.array(z.looseObject({ op: z.string(), path: z.string(), value: z.unknown().optional() }));

/** Makes a new object, with Kubernetes' defaults. Throws Refusal. */
export function create<T extends Stored>(kind: Kind<T>, write: Write): T {
  const body = fields(write.body);
  const given = isFields(body.metadata) ? body.metadata : {};
  const name = typeof given.name === 'string' ? given.name : '';
  if (kind.objects.has(`${write.namespace}/${name}`)) throw alreadyExists(kind.resource, name);
  const metadata = {
    ...given,
    name,
    namespace: write.namespace,
    uid: randomUUID(),
    resourceVersion: '0',
    generation: 1,
    creationTimestamp: stamp(write.now),
  };
  const { status: _, ...rest } = body;
  const object = parsed(kind, name, { ...rest, metadata });
  object.metadata.managedFields = afterUpdate({}, { ...object }, [], { manager: write.manager, at: stamp(write.now) });
  return store(kind, object, undefined, write);
}

/** Changes an object by any of the four kinds of patch, or by the whole object (PUT). Throws Refusal. */
export function change<T extends Stored>(kind: Kind<T>, write: Write): T {
  const live = kind.objects.get(`${write.namespace}/${write.name}`);
  if (!live) {
    if (!write.contentType.startsWith('application/apply-patch')) throw notFound(kind.resource, write.name);
    const { metadata } = fields(write.body);
    // An apply makes what is not there; one that names a version or identity means an object that is gone.
    if (isFields(metadata) && (metadata.resourceVersion || metadata.uid)) throw modified(kind.resource, write.name);
  }
  const before: Fields = live
    ? { ...live }
    : { apiVersion: fields(write.body).apiVersion, kind: kind.kind, metadata: { name: write.name } };
  const { object: changed, managers } = patched(kind, before, live?.metadata.managedFields ?? [], write);
  const given = isFields(changed.metadata) ? changed.metadata : {};
  if (live && given.resourceVersion !== undefined && given.resourceVersion !== live.metadata.resourceVersion)
    throw modified(kind.resource, write.name);
  if (live && given.uid !== undefined && given.uid !== live.metadata.uid) throw modified(kind.resource, write.name);
  const fixed = live
    ? {
        uid: live.metadata.uid,
        resourceVersion: live.metadata.resourceVersion,
        generation: live.metadata.generation,
        creationTimestamp: live.metadata.creationTimestamp,
      }
    : { uid: randomUUID(), resourceVersion: '0', generation: 1, creationTimestamp: stamp(write.now) };
  const object = parsed(kind, write.name, {
    ...changed,
    status: before.status,
    metadata: { ...given, name: write.name, namespace: write.namespace, ...fixed },
  });
  object.metadata.managedFields =
    managers ??
    afterUpdate(before, { ...object }, live?.metadata.managedFields ?? [], {
      manager: write.manager,
      at: stamp(write.now),
    });
  return store(kind, object, live, write);
}

function patched<T extends Stored>(
  kind: Kind<T>,
  before: Fields,
  managers: NonNullable<Metadata['managedFields']>,
  write: Write,
): { object: Fields; managers?: NonNullable<Metadata['managedFields']> } {
  const type = write.contentType.split(';')[0];
  if (type === 'application/json-patch+json') {
    const operations = Operations.safeParse(write.body);
    if (!operations.success) throw new Refusal(400, 'BadRequest', 'a JSON patch is a list of operations');
    try {
      return { object: fields(jsonPatch(before, operations.data)) };
    } catch (error) {
      throw new Refusal(422, 'Invalid', error instanceof Error ? error.message : 'the patch cannot be carried out');
    }
  }
  const patch = fields(write.body);
  if (type === 'application/merge-patch+json')
    return { object: fields(merge(before, patch, { nulls: 'delete', lists: 'whole' })) };
  if (type === 'application/strategic-merge-patch+json')
    return { object: fields(merge(before, patch, { nulls: 'delete', lists: 'by-key' })) };
  if (type !== 'application/apply-patch+yaml') return { object: { ...patch } };
  if (write.manager === '')
    throw new Refusal(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const applied = serverSideApply(before, patch, managers, {
    manager: write.manager,
    force: write.force,
    at: stamp(write.now),
  });
  if (applied.kind === 'applied') return { object: fields(applied.object), managers: applied.managers };
  const by = [...new Set(applied.conflicts.map(({ manager }) => `"${manager}"`))].join(', ');
  const causes = applied.conflicts.map(({ manager, operation, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}"${operation === 'Update' ? ' using apps/v1' : ''}`,
    field,
  }));
  throw new Refusal(
    409,
    'Conflict',
    `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: conflicts with ${by}: ${causes.map(({ field }) => `- ${field}`).join(' ')}`,
    { name: write.name, kind: kind.resource, causes },
  );
}

function parsed<T extends Stored>(kind: Kind<T>, name: string, object: unknown): T {
  const result = kind.schema.safeParse(object);
  if (result.success) return result.data;
  throw invalid(
    kind.kind,
    name,
    result.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`),
  );
}

/** Stores what changed; a write that changes nothing keeps its version, as Kubernetes does. */
function store<T extends Stored>(kind: Kind<T>, object: T, before: T | undefined, write: Write): T {
  const causes = kind.check(object, before);
  if (causes.length > 0) throw invalid(kind.kind, object.metadata.name, causes);
  if (before && isDeepStrictEqual(withoutTimes(object), withoutTimes(before))) return before;
  // A Deployment's annotations count as its spec does. Source: registry/apps/deployment/strategy.go, PrepareForUpdate.
  const isOther =
    before &&
    (!isDeepStrictEqual(object.spec, before.spec) ||
      !isDeepStrictEqual(object.metadata.annotations, before.metadata.annotations));
  if (isOther) object.metadata.generation = (before.metadata.generation ?? 1) + 1;
  object.metadata.resourceVersion = write.nextVersion();
  kind.objects.set(`${write.namespace}/${object.metadata.name}`, object);
  return object;
}

function withoutTimes<T extends Stored>(object: T): unknown {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: object.metadata.managedFields?.map(({ time: _, ...entry }) => entry),
    },
  };
}

function fields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new Refusal(400, 'BadRequest', 'the body is not an object');
}

const pathText = (path: PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
