import type { Dictionary } from './dictionary.ts';
import { cluster } from './en/cluster.ts';
import { lint } from './en/lint.ts';
import { manifest } from './en/manifest.ts';
import { disposition, drop, fold } from './en/outcomes.ts';
import { rules } from './en/rules.ts';
import { steps } from './en/steps.ts';
import { ui } from './en/ui.ts';

export const en: Dictionary = {
  ui,
  sentences: { ...steps, ...manifest, ...lint, ...cluster, ...rules },
  drop,
  disposition,
  fold,
};
