/** NetworkPolicy 里多半不是本意的写法，以及该怎么改。 */
import type { LintSentences } from '../en/lint.ts';

export const lint: LintSentences = {
  'lint.ignored-rules': ({ direction }) =>
    `这些 ${direction} 规则不起作用：policyTypes 里没有 ${direction === 'egress' ? 'Egress' : 'Ingress'}（${direction}）。补上它，或删掉这些规则。`,
  'lint.empty-egress': () =>
    '空的 egress 在这里什么都不会拒绝：没有写 policyTypes 时，有规则才算 Egress。要全部拒绝，请写 policyTypes: [Ingress, Egress]。',
  'lint.no-pods': ({ namespace }) => `命名空间 ${namespace} 里还没有 Pod，这里暂时选不中任何对象。`,
  'lint.selects-nothing': ({ selector, namespace }) =>
    `命名空间 ${namespace} 里没有带 ${selector} 的 Pod，这条策略不起作用。`,
  'lint.selects-nothing.nearest': ({ selector, namespace, nearest }) =>
    `命名空间 ${namespace} 里没有带 ${selector} 的 Pod，这条策略不起作用。是不是想写 ${nearest}？`,
  'lint.anything': ({ direction }) =>
    direction === 'ingress'
      ? '空规则放行任何来源的任何端口（ingress），集群之外的也算。'
      : '空规则放行去往任何目的地的任何端口（egress），集群之外的也算。',
  'lint.lone-dash': () => '这里是两项：符合任意一项的 Pod 都算。去掉这个短横线，才要求两个选择器同时符合。',
  'lint.every-pod': () => '这里指所有命名空间的所有 Pod，集群之外的不算。',
  'lint.peer-nobody': ({ selector }) => `没有 Pod 符合 ${selector}，这一项谁也不放行。`,
  'lint.peer-nobody.nearest': ({ selector, nearest }) =>
    `没有 Pod 符合 ${selector}，这一项谁也不放行。是不是想写 ${nearest}？`,
  'lint.ipv6-block': ({ cidr }) => `${cidr} 是 IPv6。这块板只有 IPv4，没有谁在这个网段里。`,
  'lint.cluster-ip': ({ cidr }) =>
    `${cidr} 是 ClusterIP 的网段。策略看不到 ClusterIP：kube-proxy 早已把它换成 Pod 的地址。请改为选择 Pod。`,
  'lint.snat': ({ client, service }) =>
    `客户端 ${client} 经 ${service} 进来时，源地址可能变成节点的地址：没有端点的节点会做 SNAT。externalTrafficPolicy: Local 可以保留它。`,
  'lint.port-name': ({ name, protocol }) =>
    `目的 Pod 都没有名为 ${name} 的 ${protocol} 端口，这一项不放行任何端口。`,
  'lint.port-name.nearest': ({ name, protocol, nearest }) =>
    `目的 Pod 都没有名为 ${name} 的 ${protocol} 端口，这一项不放行任何端口。是不是想写 ${nearest}？`,
  'lint.port-name.kube-router': ({ name }) =>
    `名字（${name}）一个都查不到时，kube-router 给 Pod 写的规则不带端口：结果所有端口都对它们开放。`,
  'lint.service-port': ({ service, port, target }) =>
    `${port} 是 Service ${service} 的端口。策略看到的是 kube-proxy 转换之后 Pod 自己的端口：请写 ${target}。`,
  'lint.no-dns': ({ pod }) =>
    `${pod} 的 egress 到不了集群 DNS（UDP 53），所有域名都会解析失败。请加一条规则，放行带 k8s-app=kube-dns 的 Pod 的 UDP 和 TCP 53。`,
};
