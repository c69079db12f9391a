/** Command lines as words, as iptables-restore and a shell split them, and back. */

/**
 * The words of a line of iptables-restore: blanks part them, `"` holds them together (and ends the word when it closes), `\`
 * takes the next character as it is between quotes. @see iptables 1.8.9 xshared.c add_param_to_argv
 */
export function restoreWords(line: string): string[] {
  // most lines have no quotes
  if (!line.includes('"')) return line.split(/[ \t\n]+/).filter((word) => word !== '');
  const words: string[] = [];
  let word = '';
  let open = false;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (open) {
      if (char === '\\') word += line.charAt(++i);
      else if (char !== '"') word += char;
      else {
        open = false;
        words.push(word);
        word = '';
      }
    } else if (char === '"') open = true;
    else if (char !== ' ' && char !== '\t' && char !== '\n') word += char;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  // a quote that is not closed takes the rest of the line
  if (open || word !== '') words.push(word);
  return words;
}

/** The words of a shell command: blanks, '...', "..." and \. Undefined when a quote is not closed. */
export function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  const rest = /\s*((?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+)/y;
  const end = line.trimEnd().length;
  while (rest.lastIndex < end) {
    const found = rest.exec(line.slice(0, end));
    if (found === null) return undefined;
    words.push(unquote(found[1] ?? ''));
  }
  return words;
}

function unquote(word: string): string {
  return word.replace(
    /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g,
    (_whole, escaped: string | undefined, single: string | undefined, double: string | undefined) => {
      if (escaped !== undefined) return escaped === '\n' ? '' : escaped;
      if (single !== undefined) return single;
      return (double ?? '').replace(/\\(["\\$`])/g, '$1');
    },
  );
}

/** The word as a shell takes it: bare when nothing in it means anything to a shell, else in single quotes. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:,+=@%^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
