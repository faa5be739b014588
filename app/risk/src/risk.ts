/** The risk crate's functions, by topic. */

import { Black76 } from './black76.ts';
import { Margin } from './margin.ts';
import { RiskModule } from './module.ts';
import { Rows } from './rows.ts';
import { Grid } from './scenario.ts';
import { Surface } from './surface.ts';

export interface Risk {
  readonly black76: Black76;
  readonly grid: Grid;
  readonly surface: Surface;
  readonly rows: Rows;
  readonly margin: Margin;
}

/** Compiles the module, for example `await (await fetch(url)).arrayBuffer()`; under Node see `loadRiskFromDisk`. */
export async function loadRisk(wasm: ArrayBufferView | ArrayBuffer | WebAssembly.Module): Promise<Risk> {
  const module = await RiskModule.load(wasm);
  return {
    black76: new Black76(module),
    grid: new Grid(module),
    surface: new Surface(module),
    rows: new Rows(module),
    margin: new Margin(module),
  };
}
