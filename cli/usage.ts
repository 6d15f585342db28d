/** A mistake of the person at the keyboard: told in a line with the command's usage, exit code 2. */
export class Usage extends Error {
  override readonly name = 'Usage';
}

/** Takes the words of a command one by one, by name. */
export type TakeWord = {
  (name: string): string;
  rest: (name: string) => string;
  optional: () => string | undefined;
  end: () => void;
};

/** A taker of the words given. It throws `Usage` for a word that is missing, and at the `end` for one too many. */
export function taker(words: readonly string[]): TakeWord {
  let at = 0;
  const missing = (name: string) => new Usage(`${name} is missing`);
  const next = (name: string): string => {
    const word = words[at++];
    if (!word) throw missing(name);
    return word;
  };
  const rest = (name: string): string => {
    const text = words.slice(at).join(' ');
    at = words.length;
    if (text.trim() === '') throw missing(name);
    return text;
  };
  const end = () => {
    if (at < words.length) throw new Usage(`“${words[at]}” is one word too many`);
  };
  return Object.assign(next, { rest, optional: () => words[at++], end });
}

/** A whole number of an option, or undefined where it was not given. */
export function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Usage(`--${option} takes a whole number, not “${text}”`);
  return Number(text);
}
