/**
 * What a machine that had no more to give says of a failed step, in one plain line without the step's name, or undefined. A process
 * that the kernel killed ends with 137 (128 + SIGKILL); a tool that started it says so in its own words.
 */
export function exhausted(code: number, lines: readonly string[]): string | undefined {
  const full = lines.find((line) => /no space left on device|\bENOSPC\b|disk quota exceeded/i.test(line));
  if (full) return `the disk is full: ${full}`;
  const memory = lines.find((line) =>
    /(heap|out) (is )?(of|out of) memory|cannot allocate memory|memory allocation of \d+ bytes failed|^MemoryError|std::bad_alloc|OutOfMemoryError/i.test(
      line,
    ),
  );
  if (memory) return `out of memory: ${memory}`;
  const killed = code === 137 ? '' : lines.find((line) => /signal: (9|killed)\b|\bSIGKILL\b/.test(line));
  if (killed === undefined) return undefined;
  return `killed, as a machine does when its memory is used up (“compute:” names a larger one)${killed ? `: ${killed}` : ''}`;
}
