export * from './black76.ts';
export * from './margin.ts';
export * from './refusal.ts';
export * from './risk.ts';
export * from './rows.ts';
export { type Scenario, type Shocks, type VolMove, Grid } from './scenario.ts';
export { type Node, type Slice, type Step, type StepLimit, type SurfaceBounds, Surface } from './surface.ts';
