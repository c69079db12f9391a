/** 关于 NetworkPolicy 的句子，随用到的界面一起加载。Pod 的名字同命令行，不带 `pod/`。 */
import type { PeerWords } from '../../../lib/policyMessages.ts';
import type { PolicySentences } from '../en/policySentences.ts';

const WHOSE = { pod: 'Pod', namespace: '命名空间' } as const;
const SIDE = { ingress: '入向（ingress）', egress: '出向（egress）' } as const;

function who(id: string): string {
  return id.replace(/^pod\//, '');
}

function peer(words: PeerWords): string {
  if (words.kind === 'block')
    return words.except.length === 0
      ? `网段 ${words.cidr} 里的地址`
      : `网段 ${words.cidr} 里的地址（${words.except.join('、')} 除外）`;
  const { pods, namespaces, namespace } = words;
  const labelled = pods.length === 0 ? '所有 Pod' : `带标签 ${pods.join('、')} 的 Pod`;
  if (namespaces === undefined) return `命名空间 ${namespace} 里${labelled}`;
  if (namespaces.length === 0) return `所有命名空间里${labelled}`;
  return `带标签 ${namespaces.join('、')} 的命名空间里${labelled}`;
}

export const policySentences: PolicySentences = {
  'miss.label': ({ whose, of, wanted, has }) => `${WHOSE[whose]} ${who(of)} 的标签是 ${has}，不是 ${wanted}`,
  'miss.label.none': ({ whose, of, wanted, key }) =>
    `${WHOSE[whose]} ${who(of)} 没有标签 ${key}，而规则要的是 ${wanted}`,
  'miss.namespace': ({ wanted, is }) =>
    `只写 podSelector 时，只看策略自己的命名空间 ${wanted}，而这个 Pod 在 ${is}`,
  'miss.no-pod': ({ who: id }) => `${who(id)} 不是 Pod，选择器只能选中 Pod`,
  'miss.no-address': ({ who: id }) => `${who(id)} 还没有地址`,
  'miss.cidr': ({ cidr, ip }) => `${ip} 不在 ${cidr} 里`,
  'miss.except': ({ cidr, ip }) => `${ip} 落在被排除的 ${cidr} 里`,
  'miss.ipv6': ({ text }) => `${text} 是 IPv6，这里没有这样的地址`,
  'miss.protocol': ({ wanted, is }) => `协议是 ${is}，不是 ${wanted}`,
  'miss.port': ({ wanted, is }) => `端口是 ${is}，不是 ${wanted}`,
  'miss.port-name': ({ name, who: id, is }) => `${who(id)} 没有名为 ${name} 的端口，${is} 自然对不上`,
  'miss.port-name.other': ({ name, who: id, numbers, is }) =>
    `在 ${who(id)} 上，名为 ${name} 的端口是 ${numbers}，不是 ${is}`,
  'miss.self': ({ who: id }) => `kube-router 在另一个方向上也会问这条规则，但它与 ${who(id)} 不符`,

  'side.open': ({ who: id, direction }) => `没有策略隔离 ${who(id)} 的${SIDE[direction]}：全部放行。`,
  'side.no-pod': ({ who: id }) => `${who(id)} 不是有自己地址的 Pod：没有策略能选中它。`,
  'side.admitted': ({ who: id, direction, policy }) => `${policy} 放行了 ${who(id)} 的${SIDE[direction]}。`,
  'side.denied': ({ who: id, direction, policies }) =>
    `${who(id)} 的${SIDE[direction]}被 ${policies.join('、')} 隔离，${policies.length === 1 ? '它' : '它们'}没有一条规则放行这个连接。`,
  'side.denied.no-rules': ({ who: id, direction, policies }) =>
    `${who(id)} 的${SIDE[direction]}被 ${policies.join('、')} 隔离，而${policies.length === 1 ? '它' : '它们'}一条规则都没有：什么都不放行。`,
  'exempt.loopback': ({ who: id }) => `${who(id)} 在跟自己通信：报文不会离开它的命名空间。`,
  'exempt.own-node': ({ pod, node }) => `${who(node)} 是 ${who(pod)} 所在的节点：总是放行。`,

  'edit.add-port': ({ policy, rule, port }) => `在 ${policy} 的 ${rule} 里加上 ${port}`,
  'edit.add-peer': ({ policy, rule, peer: added }) => `在 ${policy} 的 ${rule} 里加上 ${added}`,
  'edit.add-rule': ({ policy, direction, peer: added, port }) =>
    `给 ${policy} 加一条 ${direction} 规则：${direction === 'ingress' ? '来自' : '去往'} ${added}，${port}`,
  'edit.label-pod': ({ pod, label }) => `给 Pod ${pod} 加上标签 ${label}`,
  'edit.label-namespace': ({ namespace, label }) => `给命名空间 ${namespace} 加上标签 ${label}`,

  'policy.selects': ({ pods, namespace }) =>
    pods === ''
      ? `选中命名空间 ${namespace} 里的所有 Pod。`
      : `选中命名空间 ${namespace} 里带标签 ${pods} 的 Pod。`,
  'policy.isolates': ({ directions }) => {
    const [only] = directions;
    if (only === undefined) return '哪个方向都不隔离，所以不起作用。';
    if (directions.length === 2) return '进和出都只放行规则允许的。';
    return only === 'ingress'
      ? '进来的只放行规则允许的；出去的只要没有别的策略管，就全部放行。'
      : '出去的只放行规则允许的；进来的只要没有别的策略管，就全部放行。';
  },
  'policy.rule': ({ direction, peers, ports }) => {
    const way = direction === 'ingress' ? '进：来自' : '出：去往';
    const whom =
      peers.length === 0
        ? direction === 'ingress'
          ? '任何来源'
          : '任何目的地'
        : peers.map(peer).join('，或者');
    const at = ports.length === 0 ? '所有端口' : ports.join('、');
    return `${way}${whom}；${at}。`;
  },
  'policy.no-rules': ({ direction }) => (direction === 'ingress' ? '什么都进不来。' : '什么都出不去。'),
  'policy.ignored': ({ direction }) => `${direction} 规则不起作用：policyTypes 里没有它。`,
};
