/** 板上图例的文字。 */
import type { LegendWords } from '../useLegendT.ts';

export const legend: LegendWords = {
  title: '图例',
  board: {
    here: '数据包现在的位置；旁边的牌子列出它的头部，最外层在最左',
    lit: '黄色：这一步涉及的地方',
    beads: '到目前为止走过的路',
    gate: 'netfilter 的五个钩子；黄色的是在这台机器上已经过的',
    overlay: '节点之间的隧道：里面的包其实走的是网线',
    dropped: '在这里被丢弃',
  },
  above: '时间轴上方',
  timeline: {
    encap: '加上头部（进隧道）',
    decap: '去掉头部（出隧道）',
    nat: 'NAT 改写地址',
    deliver: '交给程序',
    drop: '被丢弃',
    fold: '折叠起来的小步骤，点一下展开',
  },
};
