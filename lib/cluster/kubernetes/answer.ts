import * as z from 'zod';
import { scrubbed } from '../../lambda/log-excerpt.ts';
import { ClusterError } from '../cluster-error.ts';
import type { ApiAnswer } from './api.ts';

/** Kubernetes' own answer when it refuses. Source: API reference, meta/v1 Status. */
const Status = z.object({
  message: z.string().default(''),
  reason: z.string().default(''),
  details: z.object({ name: z.string().default(''), kind: z.string().default('') }).prefault({}),
});

/** What an answer of 200 or 201 holds, read by `schema`. Throws ClusterError where it is a refusal or not what was asked for. */
export function read<T extends z.ZodType>(schema: T, answer: ApiAnswer, what: string): z.infer<T> {
  if (answer.status >= 300) throw refusal(answer, what);
  const result = schema.safeParse(answer.body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'all of it' : issue.path.join('.');
  throw new ClusterError('garbled', `the cluster's answer about ${what} makes no sense: ${where}: ${issue?.message}`, {
    retryable: true,
  });
}

/** A refusal as an error. Only what changed meanwhile is worth trying again: an object (409), a list that is read in parts (410). */
export function refusal({ status, body }: ApiAnswer, what: string): ClusterError {
  if (status === 409 || status === 410)
    return new ClusterError('conflict', `${what} changed while drover looked at it`, { retryable: true });
  return new ClusterError(status === 403 ? 'forbidden' : 'refused', plainRefusal({ status, body }, what), {
    retryable: false,
  });
}

/** One plain line: for a missing right the verb and the resource, else the cluster's (or its admission's) own words. */
export function plainRefusal({ status, body }: ApiAnswer, what: string): string {
  const parsed = Status.safeParse(body);
  const message = oneLine(parsed.success ? parsed.data.message : '');
  const missing = /cannot (\S+) resource "([^"]+)"(?: in API group "([^"]*)")?/.exec(message);
  if (status === 403 && missing) {
    const [, verb, resource, group] = missing;
    return `drover may not ${verb} ${resource}${group ? `.${group}` : ''}: ${what} needs that right`;
  }
  return `${what} is refused (${status})${message ? `: ${message}` : ''}`;
}

/**
 * Text as one line of at most 500 characters: what admission says can be long. Without what looks like a secret: a pull that failed tells
 * the presigned address of a layer, a probe what a program printed.
 */
export function oneLine(text: string, limit = 500): string {
  const line = scrubbed(text).replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
