import { describe, expect, it } from 'vitest';
import { styleOf } from '../../src/cli/terminal-style.js';
describe('the style of a terminal', () => {
  it.each([
    ['xterm', { TERM: 'xterm-256color' }, 'blocks-256'],
    ['nothing that is known', {}, 'blocks-256'],
    ['true colour', { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'blocks'],
    ['24 bits', { TERM: 'xterm', COLORTERM: '24bit' }, 'blocks'],
    ['direct colour', { TERM: 'xterm-direct256' }, 'blocks'],
    ['kitty', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1', COLORTERM: 'truecolor' }, 'kitty'],
    ['kitty by its window', { TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }, 'kitty'],
    ['Ghostty', { TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    ['Ghostty as xterm', { TERM: 'xterm-256color', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    ['WezTerm', { TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, 'iterm'],
    ['iTerm2', { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'iterm'],
    ['iTerm2 far away', { TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, 'iterm'],
    ['mintty', { TERM: 'xterm', TERM_PROGRAM: 'mintty' }, 'iterm'],
    ['foot', { TERM: 'foot', COLORTERM: 'truecolor' }, 'sixel'],
    ['mlterm', { TERM: 'mlterm-256color' }, 'sixel'],
    ['xterm that says it', { TERM: 'xterm-sixel' }, 'sixel'],
    ['VT100', { TERM: 'vt100' }, 'ascii'],
    ['Cygwin console', { TERM: 'cygwin' }, 'ascii'],
    ['one that nobody knows', { TERM: 'unknown' }, 'ascii'],
    ['one that says its colours', { TERM: 'cygwin', COLORTERM: 'truecolor' }, 'blocks'],
    ['one of 256 by its name', { TERM: 'new-256color' }, 'blocks-256'],
    ['Linux console', { TERM: 'linux' }, 'ascii'],
    ['no terminal to speak of', { TERM: 'dumb', COLORTERM: 'truecolor' }, 'ascii'],
    ['no colour wanted', { TERM: 'xterm-kitty', NO_COLOR: '1' }, 'ascii'],
    ['nothing said of colour', { TERM: 'xterm-kitty', NO_COLOR: '' }, 'kitty'],
    [
      'tmux in kitty',
      { TERM: 'tmux-256color', TMUX: '/tmp/1', KITTY_WINDOW_ID: '1' },
      'blocks-256',
    ],
    ['tmux in iTerm2', { TERM: 'screen', TMUX: 'x', COLORTERM: 'truecolor' }, 'blocks'],
    ['tmux far away', { TERM: 'tmux-256color', COLORTERM: 'truecolor' }, 'blocks'],
    ['screen in kitty', { TERM: 'screen', STY: '1', COLORTERM: 'truecolor' }, 'blocks-256'],
    [
      'Code in kitty',
      { TERM: 'xterm', TERM_PROGRAM: 'vscode', KITTY_WINDOW_ID: '1' },
      'blocks-256',
    ],
    ['kitty out of Code', { TERM: 'xterm-kitty', TERM_PROGRAM: 'vscode' }, 'kitty'],
  ])('%s', (_, environment, style) => {
    expect(styleOf(environment)).toBe(style);
  });
});
