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
  const { TERM = '', NO_COLOR = '' } = environment;
  if (NO_COLOR !== '' || TERM === 'dumb' || TERM === 'linux') return 'ascii';
  const multiplexer = multiplexerOf(environment);
  if (multiplexer === 'tmux') return blocks(environment);
  // It passes 256 colours on, and the variable of the terminal around it, which has more.
  if (multiplexer === 'screen') return 'blocks-256';
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

/** Terminals that have 256 colours, whatever else is in their names. Nothing in TERM is Windows' own one. */
const COLOURFUL =
  /^$|-256color|^(?:alacritty|contour|foot|gnome|kitty|konsole|mlterm|putty|rxvt|screen|st|tmux|vte|wezterm|xterm)(?:-|$)/;

function blocks({ COLORTERM = '', TERM = '' }: Environment): TerminalStyle {
  if (/^(?:truecolor|24bit)$/.test(COLORTERM) || TERM.includes('-direct')) return 'blocks';
  return COLOURFUL.test(TERM) ? 'blocks-256' : 'ascii';
}

/** What stands between this process and the terminal, and passes no pictures on unless it is told to. */
export function multiplexerOf({ TERM = '', TMUX, STY }: Environment): string | undefined {
  if (TMUX !== undefined || TERM.startsWith('tmux')) return 'tmux';
  return STY !== undefined || TERM.startsWith('screen') ? 'screen' : undefined;
}
