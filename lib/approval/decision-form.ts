import * as z from 'zod';
import { maxNameLength } from './approval-page.ts';

const Form = z.object({
  decision: z.enum(['approve', 'reject'], 'Choose Approve or Reject.'),
  name: z
    .string('Say who decides.')
    .trim()
    .min(1, 'Say who decides.')
    .max(maxNameLength, `A name of at most ${maxNameLength} characters, please.`)
    .regex(/^\P{C}*$/u, 'The name contains a character that cannot be shown.'),
});

export type DecisionForm =
  | { kind: 'decision'; decision: 'approved' | 'rejected'; name: string }
  | { kind: 'mistake'; text: string; name: string };

/** The largest form: the name and the decision, each character escaped to nine (`%F0%9F%90` …), with room. */
export const maxFormBytes = 4_096;

/** A form as a browser sends it (`application/x-www-form-urlencoded`). */
export function decisionFormOf(body: Buffer): DecisionForm {
  const fields = new URLSearchParams(body.toString('utf8'));
  const form = Form.safeParse(Object.fromEntries(fields));
  if (form.success)
    return {
      kind: 'decision',
      decision: form.data.decision === 'approve' ? 'approved' : 'rejected',
      name: form.data.name,
    };
  const name = (fields.get('name') ?? '').slice(0, maxNameLength);
  return { kind: 'mistake', text: form.error.issues.map((issue) => issue.message).join(' '), name };
}
