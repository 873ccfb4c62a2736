/** What `framedex doctor --json` says, as far as tests look at it. */
import { cli } from '../cli/run-cli.js';
/** Records of files, archives and folders, and those of series, which stand behind them. */
export async function doctorJson(...args) {
  const { code, out } = await cli(['doctor', ...args, '--json']);
  const all = JSON.parse(out);
  const isSeries = (one) => one.kind === 'series';
  return {
    code,
    records: all.filter((one) => !isSeries(one)),
    series: all.filter(isSeries),
  };
}
