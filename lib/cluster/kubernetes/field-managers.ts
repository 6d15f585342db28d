import * as z from 'zod';
import type { Deployment } from './deployment.ts';

/** Who drover is to the API server. Whoever changes this name makes every workload look taken over by a stranger. */
export const FIELD_MANAGER = 'drover';

const Fields = z.record(z.string(), z.unknown());

/** The field managers, other than drover, that own a container's image. Source: Kubernetes, "Server-Side Apply", field management. */
export function ownersOfImage(deployment: Deployment, container: string): string[] {
  const path = [
    'f:spec',
    'f:template',
    'f:spec',
    'f:containers',
    `k:${JSON.stringify({ name: container })}`,
    'f:image',
  ];
  const owners = deployment.metadata.managedFields
    .filter(({ manager, fieldsV1 }) => manager !== FIELD_MANAGER && has(fieldsV1, path))
    .map(({ manager }) => manager);
  return [...new Set(owners)];
}

function has(fields: unknown, path: string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const read = Fields.safeParse(fields);
  return read.success && step in read.data && has(read.data[step], rest);
}
