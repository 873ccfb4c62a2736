/** How a picture can be shown in a terminal. */
export type TerminalStyle = (typeof TERMINAL_STYLES)[number];

export const TERMINAL_STYLES = [
  'blocks',
  'blocks-256',
  'kitty',
  'iterm',
  'sixel',
  'ascii',
] as const;

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a terminal can show, by what it says of itself in the environment: to ask it by an escape sequence
 * is to wait for an answer that may never come. What is nearest goes first: a terminal that was started
 * from another one has inherited what that said.
 */
export function styleOf(environment: Environment): TerminalStyle {
  const { TERM = '', NO_COLOR = '', TMUX, STY } = environment;
  if (NO_COLOR !== '' || TERM === 'dumb' || TERM === 'linux') return 'ascii';
  if (TMUX !== undefined || TERM.startsWith('tmux')) return blocks(environment);
  // GNU screen passes 256 colours on, and the variable of the terminal around it, which has more.
  if (STY !== undefined || TERM.startsWith('screen')) return 'blocks-256';
  return ownGraphics(environment) ?? blocks(environment);
}

function ownGraphics(environment: Environment): TerminalStyle | undefined {
  const { TERM = '', TERM_PROGRAM = '', LC_TERMINAL, KITTY_WINDOW_ID } = environment;
  if (/^xterm-(?:kitty|ghostty)$/.test(TERM)) return 'kitty';
  if (/sixel|^foot|^mlterm/.test(TERM)) return 'sixel';
  if (TERM_PROGRAM === 'ghostty') return 'kitty';
  if (/^(?:iTerm\.app|WezTerm|mintty)$/.test(TERM_PROGRAM)) return 'iterm';
  // Pictures are an option there, and off.
  if (TERM_PROGRAM === 'vscode') return undefined;
  if (KITTY_WINDOW_ID !== undefined) return 'kitty';
  return LC_TERMINAL === 'iTerm2' ? 'iterm' : undefined;
}

function blocks({ COLORTERM = '', TERM = '' }: Environment): TerminalStyle {
  return /^(?:truecolor|24bit)$/.test(COLORTERM) || TERM.includes('-direct')
    ? 'blocks'
    : 'blocks-256';
}
