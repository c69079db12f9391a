import type { Dictionary } from './dictionary.ts';
import { cluster } from './zhCN/cluster.ts';
import { lint } from './zhCN/lint.ts';
import { manifest } from './zhCN/manifest.ts';
import { disposition, drop, fold } from './zhCN/outcomes.ts';
import { rules } from './zhCN/rules.ts';
import { steps } from './zhCN/steps.ts';
import { ui } from './zhCN/ui.ts';

export const zhCN: Dictionary = {
  ui,
  sentences: { ...steps, ...manifest, ...lint, ...cluster, ...rules },
  drop,
  disposition,
  fold,
};
