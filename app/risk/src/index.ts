export * from './black76.ts';
export * from './refusal.ts';
export * from './risk.ts';
export * from './scenario.ts';
export * from './surface.ts';
