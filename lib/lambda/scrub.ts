/**
 * The text without what must never be logged: bearer and cluster tokens, presigned queries, webhook addresses, approval links.
 * A second line of defence: nothing of ours puts them there, but the words of an SDK's error are not ours.
 */
export const scrub = (text: string): string =>
  secretShapes.reduce((rest, [shape, name]) => rest.replace(shape, name), text);

const secretShapes: [RegExp, string][] = [
  [/k8s-aws-v1\.[\w-]+/g, '[cluster token]'],
  [/\b(bearer|basic|token)\s+[\w.~+/=-]{8,}/gi, '[authorization]'],
  [/\bX-Amz-(Signature|Security-Token|Credential)=[^&\s"']+/gi, '[presigned]'],
  [/https:\/\/hooks\.slack\.com\/[^\s"'<>]*/gi, '[slack webhook]'],
  [/\/approvals\/[\w.~%-]{8,}/g, '/approvals/[token]'],
  [/\bgh[oprsu]_\w{20,}|\bgithub_pat_\w{20,}/g, '[github token]'],
  [/\bsha256=[0-9a-f]{64}\b/g, '[signature]'],
  [/(https?:\/\/)[^/\s:@]+:[^/\s@]+@/g, '$1[credentials]@'],
];
