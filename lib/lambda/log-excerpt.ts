import { stripVTControlCharacters } from 'node:util';

/** The end of a log (a container's, a build step's) that is kept in a record: at most 20 lines and 2,000 characters, without what looks like a secret. */
export function logExcerpt(log: string): string[] {
  const lines = scrubbed(log)
    .split('\n')
    .map((line) =>
      stripVTControlCharacters(line)
        .replace(/\p{Cc}/gu, ' ')
        .trimEnd(),
    )
    .filter((line) => line !== '')
    .slice(-20);
  const kept: string[] = [];
  let room = 2_000;
  for (const line of lines.reverse()) {
    if (room <= 0) break;
    const cut = line.slice(0, Math.min(300, room));
    kept.unshift(cut);
    room -= cut.length;
  }
  return kept;
}

/** Text with what looks like a secret replaced by stars. It cannot know all secrets: programs should not log theirs. */
export function scrubbed(text: string): string {
  return PATTERNS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}

// Repetitions that could begin anywhere are bounded, so that a log of one long word costs no more than any other.
const PATTERNS: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '*** private key ***'],
  // user:password@host
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,500}@/gi, '$1***@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***'],
  // password=…, "apiKey": "…", X_TOKEN: …
  [
    /(["']?[\w-]{0,40}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credential)[\w-]{0,40}["']?\s{0,5}[:=]\s{0,5})("[^"]*"|'[^']*'|[^\s,;]+)/gi,
    '$1***',
  ],
  // Addresses that are signed: of S3 (the rest of its query is gone by now), Google's and Azure's storage, CloudFront.
  [/([?&](?:x-goog-|x-amz-)?sig(?:nature)?=)[^\s&"']+/gi, '$1***'],
  // JSON Web Tokens; AWS, GitHub, Slack and npm credentials by their prefixes.
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '***'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '***'],
  [/\b(?:gh[pousr]_|github_pat_|xox[abprs]-|npm_|glpat-)[\w-]{10,}/g, '***'],
  [/\bk8s-aws-v1\.[\w-]+/g, '***'],
];
