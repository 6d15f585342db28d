/** What a bench found: tables first, then what has to be known to read them. */
export type Found = { tables: Table[]; notes: string[] };
/** `caption` says what is in it where a bench has more than one. */
export type Table = { caption?: string; head: string[]; rows: string[][] };

export type Bench = {
  /** As `npm run bench -- <name>` takes it. */
  name: string;
  title: string;
  /** Says how far it is, for who waits. */
  run: (say: (line: string) => void) => Promise<Found>;
};

/** A bench's section of the results: heading, where and how it was measured, tables, notes. */
export function sectionOf(title: string, how: string, { tables, notes }: Found): string {
  const parts = [`## ${title}`, how, ...tables.flatMap(tableOf), notes.map((note) => `- ${note}`).join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function tableOf({ caption, head, rows }: Table): string[] {
  const isNumbers = (at: number): boolean => rows.every((cells) => /^[\d.,–]+( \(.*\))?$/.test(cells[at] ?? ''));
  const lines = [head, head.map((_, at) => (isNumbers(at) ? '--:' : ':--')), ...rows];
  const table = lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
  return caption === undefined ? [table] : [caption, table];
}

/** The results with this section in place of the one of the same heading, or at their end. */
export function withSection(results: string, section: string): string {
  const heading = section.slice(0, section.indexOf('\n'));
  const [before = '', ...sections] = results.split(/^(?=## )/m);
  const at = sections.findIndex((one) => one.startsWith(`${heading}\n`));
  const all = at < 0 ? [...sections, section] : sections.with(at, section);
  return [before, ...all]
    .map((part) => part.trimEnd())
    .join('\n\n')
    .concat('\n');
}
