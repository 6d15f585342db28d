import * as z from 'zod';
import type { WorkloadObject } from './workload-object.ts';

/** Who drover is to the API server. Whoever changes this name makes every workload look taken over by a stranger. */
export const FIELD_MANAGER = 'drover';

const Fields = z.record(z.string(), z.unknown());

/** The field managers, other than drover, that own a container's image. Source: Kubernetes, "Server-Side Apply", field management. */
export function ownersOfImage(object: WorkloadObject, container: string): string[] {
  return [...new Set(ownersAndTimes(object, container).map(({ manager }) => manager))];
}

/** The same with the time, in milliseconds, at which the last of them wrote, where the cluster says it. */
export function ownedSince(object: WorkloadObject, container: string): { by: string[]; at?: number } {
  const owners = ownersAndTimes(object, container);
  const times = owners.map(({ time }) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time));
  const by = [...new Set(owners.map(({ manager }) => manager))];
  return times.length === 0 ? { by } : { by, at: Math.max(...times) };
}

function ownersAndTimes(object: WorkloadObject, container: string) {
  const path = [
    'f:spec',
    'f:template',
    'f:spec',
    'f:containers',
    `k:${JSON.stringify({ name: container })}`,
    'f:image',
  ];
  return object.metadata.managedFields.filter(
    ({ manager, fieldsV1 }) => manager !== FIELD_MANAGER && has(fieldsV1, path),
  );
}

function has(fields: unknown, path: string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const read = Fields.safeParse(fields);
  return read.success && step in read.data && has(read.data[step], rest);
}
