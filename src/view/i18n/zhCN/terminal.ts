import type { TerminalWords } from '../useTerminalT.ts';

/** 终端周围的文字；终端里打印的是 Linux 自己的话。 */
export const terminal: TerminalWords = {
  of: '终端所在',
  follow: '报文的起点',
  line: (ns) => `${ns} 的命令行`,
  output: (ns) => `${ns} 的输出`,
  begin: '输入 help 查看可用的命令。Tab 补全，↑ ↓ 翻看输入过的命令，先按 Esc 再按 Tab 可离开输入框。',
  run: '执行',
  stop: '停止（Ctrl+C）',
  clear: '清屏（Ctrl+L）',
  tab: '补全（Tab）',
  error: '错误',
  running: '运行中',
  forked: '分叉之前',
  nearest: (word, nearest) => `这里不认识“${word}”，最接近的是“${nearest}”。`,
  unknown: (word) => `这里不认识“${word}”。输入 help 查看可用的命令。`,
  candidates: '可以补全为',
  onlyNow: '现在看到的是分叉之前的过程；执行命令会回到当前过程。',
};
