/** `a=b`, `a!=b`, `a`, `!a`, `a in (b,c)` and `a notin (b,c)`, joined by commas. Source: Kubernetes, "Labels and Selectors". */
export function labelSelector(text: string): (labels: Record<string, string>) => boolean {
  const terms = text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
  return (labels) =>
    terms.every((term) => {
      const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
      if (set)
        return (
          (set[3] ?? '')
            .split(',')
            .map((value) => value.trim())
            .includes(labels[set[1] ?? ''] ?? '\0') ===
          (set[2] === 'in')
        );
      const equal = /^([^!=]+)(!?)==?(.*)$/.exec(term);
      if (equal) return (labels[equal[1]?.trim() ?? ''] === equal[3]?.trim()) === (equal[2] === '');
      return term.startsWith('!') ? !(term.slice(1) in labels) : term in labels;
    });
}
