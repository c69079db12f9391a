import type { ExpectWords } from '../useExpectT.ts';

export const expect: ExpectWords = {
  title: '这块面板的预期',
  trying: '正在逐条验证预期…',
  sum: (held, all) => (held === all ? `全部符合预期（${all} 条）` : `符合预期：${held} / ${all}`),
  shall: (ends, route) => `${route}：预期${ends}`,
  but: (ended) => `实际${ended}`,
  missed: (devices) => `没有经过 ${devices}`,
  nothing: '没有下文',
  look: '发出这个包，逐步查看',
  left: (count) => `另有 ${count} 条没有在这里验证，可用 cli test 全部验证。`,
};
