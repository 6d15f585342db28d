/**
 * Replaces what must not be read in a log: "AWS access key IDs", and "strings specified using the Parameter Store" and "AWS
 * Secrets Manager" (buildspec reference, env). By `***`, each line of a value by itself; shorter than four characters would be
 * every second word (unsourced).
 */
export function hider(values: string[]): (line: string) => string {
  const secrets = values
    .flatMap((value) => value.split(/\r?\n/))
    .filter((part) => part.trim().length >= 4)
    .sort((a, b) => b.length - a.length);
  return (line) =>
    secrets
      .reduce((text, secret) => text.replaceAll(secret, '***'), line)
      .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '***');
}
