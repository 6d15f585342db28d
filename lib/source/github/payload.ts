import { isUtf8 } from 'node:buffer';

export type Payload = { kind: 'read'; value: unknown } | { kind: 'unreadable'; reason: string };

/**
 * The JSON of a delivery, from its bytes. A webhook that is set to `application/x-www-form-urlencoded` sends it as the field
 * `payload`; that is GitHub's own default for a webhook made by hand, so it is accepted rather than losing the push.
 */
export function payloadOf(body: Buffer, contentType: string | undefined): Payload {
  if (!isUtf8(body)) return { kind: 'unreadable', reason: 'the body is not UTF-8' };
  const isForm = contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  const text = isForm ? new URLSearchParams(body.toString()).get('payload') : body.toString();
  if (text === null) return { kind: 'unreadable', reason: 'the form has no field “payload”' };
  try {
    return { kind: 'read', value: JSON.parse(text) };
  } catch {
    return { kind: 'unreadable', reason: isForm ? 'the field “payload” is not JSON' : 'the body is not JSON' };
  }
}
