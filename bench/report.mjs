/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/**
 * The rounds of one contender as one row.
 * @param {string} name
 * @param {readonly any[]} rounds what contender.mjs printed
 * @param {{ checksum: string }} expected of the generator of the data
 */
export function summarise(name, rounds, expected) {
  const over = (key) => {
    const values = rounds.map((round) => round[key]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  return {
    name,
    coldMs: over('coldMs'),
    warmMs: over('warmMs'),
    bytesRead: over('bytesRead'),
    statsBytes: over('statsBytes'),
    reads: over('reads'),
    peakRss: over('peakRss'),
    heldBytes: over('heldBytes'),
    details: detailsOf(rounds),
    result: resultOf(rounds, expected),
  };
}

/** What a work says of its steps: medians over the rounds. */
function detailsOf(rounds) {
  const told = rounds.map(({ details }) => details).filter((details) => details !== undefined);
  const names = Object.keys(told[0] ?? {});
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((key) => [key, median(told.map((one) => one[key]))]));
}

/** Floors of work that needs decoding take nothing: they only read. */
function resultOf(rounds, { checksum }) {
  if (rounds.some((round) => round.failed)) return 'FAILS';
  if (rounds.every((round) => round.items === 0)) return 'reads only';
  return rounds.every((round) => round.checksum === checksum) ? 'same' : 'DIFFERS';
}

/**
 * A table in Markdown, and the ratios that matter below it.
 * @param {readonly ReturnType<typeof summarise>[]} rows
 */
export function table(rows) {
  const floor = rows.find((row) => row.name === 'floor');
  const held = rows.some((row) => row.heldBytes !== undefined);
  const told = [...new Set(rows.flatMap(({ details }) => Object.keys(details ?? {})))];
  const cells = rows.map((row) => [
    row.name,
    fixed(row.coldMs),
    ratio(row.coldMs, floor?.coldMs),
    fixed(row.warmMs),
    ratio(row.warmMs, floor?.warmMs),
    ...told.map((key) => fixed(row.details?.[key])),
    mega(row.bytesRead, 3),
    fixed(row.reads, 0),
    mega(row.peakRss || undefined),
    ...(held ? [mega(row.heldBytes, 3)] : []),
    row.result,
  ]);
  const head = [
    'contender',
    'cold ms',
    'x floor',
    'warm ms',
    'x floor',
    ...told,
    'MB read',
    'reads',
    'peak RSS MB',
    ...(held ? ['MB held'] : []),
    'result',
  ];
  return alignedRows([head, ...cells]);
}

/**
 * Framedex and the floor over all work loads of a suite: what each of them costs, and how many times
 * the floor's that is.
 * @param {readonly { title: string, rows: readonly ReturnType<typeof summarise>[] }[]} runs
 */
export function overview(runs) {
  const cells = runs.flatMap(({ title, rows }) => {
    const [framedex, floor] = ['framedex', 'floor'].map((name) =>
      rows.find((row) => row.name === name),
    );
    if (framedex === undefined) return [];
    const times = (key) => ratio(framedex[key], floor?.[key]);
    return [
      [
        title,
        ...[fixed(framedex.coldMs), times('coldMs'), fixed(framedex.warmMs), times('warmMs')],
        ...[mega(framedex.bytesRead, 3), times('bytesRead'), fixed(framedex.reads, 0)],
        ...[times('reads'), mega(framedex.peakRss || undefined), times('peakRss')],
        mega(framedex.heldBytes, 3),
      ],
    ];
  });
  const head = [
    ...['framedex', 'cold ms', 'x floor', 'warm ms', 'x floor', 'MB read', 'x floor'],
    ...['reads', 'x floor', 'peak RSS MB', 'x floor', 'MB held'],
  ];
  return cells.length === 0 ? undefined : alignedRows([head, ...cells]);
}

/**
 * Framedex against the minimal parser and the fastest peer, cold and warm. Command lines count with
 * their start, pydicom without.
 * @param {readonly ReturnType<typeof summarise>[]} rows
 */
export function comparisons(rows) {
  const framedex = rows.find((row) => row.name === 'framedex');
  const peers = rows.filter((row) => !isOurs(row.name));
  const minimal = rows.find((row) => row.name === 'minimal');
  return ['cold', 'warm'].flatMap((kind) => {
    const key = `${kind}Ms`;
    const [best] = peers.filter((row) => row[key] !== undefined).sort((a, b) => a[key] - b[key]);
    if (framedex?.[key] === undefined) return [];
    const against = (base, name) =>
      base?.[key] === undefined
        ? []
        : [`framedex takes ${ratio(framedex[key], base[key])} of ${name} time ${kind}`];
    return [
      ...against(minimal, "the minimal parser's"),
      ...against(best, `the fastest peer's (${best?.name})`),
    ];
  });
}

/** Framedex in all its ways, and what is no reader of DICOM. */
function isOurs(name) {
  return name.startsWith('framedex') || name === 'floor' || name === 'minimal';
}

/** The same number from inside and from outside, or a sentence that says otherwise. */
export function disagreement({ bytesRead, statsBytes }) {
  if (statsBytes === undefined || statsBytes === bytesRead) return [];
  return [`framedex states ${statsBytes} bytes read, the process read ${bytesRead}: DIFFERS`];
}

function ratio(value, base) {
  return value === undefined || base === undefined ? '-' : (value / base).toFixed(2);
}

function fixed(value, digits = value < 100 ? 2 : 1) {
  return value === undefined ? '-' : value.toFixed(digits);
}

function mega(value, digits) {
  return value === undefined ? '-' : fixed(value / 1e6, digits);
}

function alignedRows(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) => {
    const padded = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
    );
    return `| ${padded.join(' | ')} |`;
  });
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
