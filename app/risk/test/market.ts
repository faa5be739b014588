/** A market and one of its expiries, for tests that need rows. */

import type { Node, Risk, SeriesRisk, Underlying } from '../src/index.ts';

export const MONTH = 30n * 86_400n;
export const UNDERLYING: Underlying = {
  forward: 80_000_000_000n,
  stableForward: 79_000_000_000n,
  lotsPerUnit: 100n,
  shocks: {
    rangePpm: 180_000n,
    volUpPpm: 400_000n,
    volDownPpm: 250_000n,
    fallVolPpm: 100_000n,
    tailWeightPpm: 1_000_000n,
  },
};
export const NODES: Node[] = [
  { strike: 70_000_000_000n, volPpm: 850_000 },
  { strike: 80_000_000_000n, volPpm: 800_000 },
  { strike: 90_000_000_000n, volPpm: 820_000 },
];

/** The two series of every strike, as margin wants them. */
export function seriesOf(risk: Risk, tenorSeconds = MONTH): { call: SeriesRisk; put: SeriesRisk }[] {
  return risk.rows.strikes(UNDERLYING, tenorSeconds, NODES).map((row) => ({
    call: { ...row, mark: row.callMark, peak: row.callPeak },
    put: { ...row, mark: row.putMark, peak: row.putPeak },
  }));
}
