/** The output of one of several at a time. */
export type Turn = { write: (bytes: Buffer) => void; end: (last?: string) => void };

type Part = { held: Buffer[]; ended: boolean; endsLine: boolean };

/**
 * Lets several write side by side and shows each one's output whole, after its name: the first that began is shown as it comes, the others
 * are held until it is their turn. What hangs is thus seen as far as it came.
 */
export function inTurn(show: (bytes: Buffer) => void): { begin: (name: string) => Turn } {
  const parts: Part[] = [];

  function showFirst(): void {
    for (let [first] = parts; first; [first] = parts) {
      for (const bytes of first.held.splice(0)) show(bytes);
      if (!first.ended) return;
      parts.shift();
    }
  }

  function add(part: Part, bytes: Buffer): void {
    if (bytes.length === 0) return;
    part.held.push(bytes);
    part.endsLine = bytes.at(-1) === 0x0a;
    if (parts[0] === part) showFirst();
  }

  return {
    begin: (name) => {
      const part: Part = { held: [Buffer.from(`▸ ${name}\n`)], ended: false, endsLine: true };
      parts.push(part);
      showFirst();
      return {
        write: (bytes) => add(part, bytes),
        end: (last = '') => {
          add(part, Buffer.from(`${part.endsLine ? '' : '\n'}${last === '' ? '' : `${last}\n`}`));
          part.ended = true;
          showFirst();
        },
      };
    },
  };
}
