export type SecretReference = { id: string; jsonKey?: string; stage?: string; version?: string };

/**
 * `secret-id:json-key:version-stage:version-id` (buildspec reference, env/secrets-manager); the id may be an ARN, which has six
 * colons of its own. "If you use version-stage, don't specify version-id."
 */
export function secretReference(text: string): SecretReference | { wrong: string } {
  const parts = text.split(':');
  const id = text.startsWith('arn:') ? parts.splice(0, 7).join(':') : (parts.shift() ?? '');
  const [jsonKey, stage, version, ...more] = parts;
  if (id === '' || more.length > 0) return { wrong: `${text} is not secret-id:json-key:version-stage:version-id` };
  if (stage && version) return { wrong: `${text} has both a version-stage and a version-id` };
  return { id, ...(jsonKey ? { jsonKey } : {}), ...(stage ? { stage } : {}), ...(version ? { version } : {}) };
}

/** "If you do not specify a json-key, CodeBuild retrieves the entire secret text." Undefined where there is no such key. */
export function secretValue(text: string, { jsonKey }: SecretReference): string | undefined {
  if (jsonKey === undefined) return text;
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document !== 'object' || document === null) return undefined;
    const found: unknown = Object.entries(document).find(([key]) => key === jsonKey)?.[1];
    return found === undefined || found === null || typeof found === 'object' ? undefined : String(found);
  } catch {
    return undefined;
  }
}
