import * as z from 'zod';
import { type Answer, Refusal } from './status-answer.ts';

/** A right that is asked for, as RBAC names it. */
export type Right = { user: string; verb: string; group: string; resource: string; namespace: string; name: string };

const Review = z.object({
  spec: z.object({
    resourceAttributes: z.object({
      verb: z.string(),
      group: z.string().default(''),
      resource: z.string(),
      subresource: z.string().default(''),
      namespace: z.string().default(''),
      name: z.string().default(''),
    }),
  }),
});

/** Answers a SelfSubjectAccessReview: whether the caller may do what it asks about. */
export function reviewAccess(may: (right: Right) => boolean, user: string, body: unknown): Answer {
  const parsed = Review.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'BadRequest', 'a SelfSubjectAccessReview needs resourceAttributes');
  const { verb, group, resource, subresource, namespace, name } = parsed.data.spec.resourceAttributes;
  const allowed = may({
    user,
    verb,
    group,
    resource: subresource ? `${resource}/${subresource}` : resource,
    namespace,
    name,
  });
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: parsed.data.spec,
      status: { allowed },
    },
  };
}

/** The 403 of RBAC, in its words. */
export function forbidden({ user, verb, group, resource, namespace, name }: Right): Refusal {
  const what = `${resource.split('/')[0]}${group ? `.${group}` : ''}`;
  return new Refusal(
    403,
    'Forbidden',
    `${what}${name ? ` "${name}"` : ''} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`,
    { name, kind: resource },
  );
}
