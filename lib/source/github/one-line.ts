/**
 * The first line of a text, at most `limit` code points: for a record, a page, a message. Taken out: control characters, and
 * those that reorder or hide text (CVE-2021-42574), since a person decides by what they read. Half a surrogate pair, which DynamoDB
 * refuses, becomes U+FFFD.
 */
export function oneLine(text: string, limit: number): string {
  const [line = ''] = text
    .toWellFormed()
    .trimStart()
    .split(/[\r\n\u2028\u2029]/, 1);
  const seen = line
    .slice(0, 4 * limit)
    .replace(unseen, ' ')
    .replace(/\s+/g, ' ');
  const points = Array.from(seen.toWellFormed().trim());
  return points.length > limit ? `${points.slice(0, limit - 1).join('')}…` : points.join('');
}

/** Control, bidirectional, zero-width and tag characters; soft hyphen and byte order mark. The joiner of emoji stays. */
const unseen = /[\p{Cc}\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]+/gu;
