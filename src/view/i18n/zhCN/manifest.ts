/** 文本里有什么问题：哪个文档、发现了什么、怎么改。 */
import type { ManifestSentences } from '../en/manifest.ts';

/** 有名称的文档直接用名称；没有名称的用它在文本中的序号，如 #3；`Node//node1` 写作 `Node/node1`。 */
const place = (document: string): string =>
  document.startsWith('#') ? `文档 ${document}` : document.replace('//', '/');

export const manifest: ManifestSentences = {
  'manifest.empty': ({ command }) => `这里还是空的。请粘贴这条命令的输出：${command}`,
  'manifest.too-big': ({ megabytes, limit }) =>
    `文本有 ${megabytes} MB，超过 ${limit} MB 的上限。请只导出 nodes 和 pods，或少选几个命名空间。`,
  'manifest.too-many-documents': ({ count, limit }) =>
    `共有 ${count} 个文档，超过 ${limit} 个的上限。请只导出 nodes 和 pods，或少选几个命名空间。`,
  'manifest.syntax': ({ document }) =>
    `${place(document)} 在这里不是合法的 YAML，请改正这一行；后面是解析器的原话。`,
  'manifest.missing-colon': ({ document, text }) =>
    `${place(document)}：这里应该是“键: 值”，却只有“${text}”。请补上冒号和空格，或调整缩进。`,
  'manifest.not-closed': ({ document }) => `${place(document)}：这一行的引号或括号没有闭合，请补上。`,
  'manifest.tab': ({ document }) => `${place(document)} 用了制表符（Tab）缩进。YAML 的缩进只能用空格。`,
  'manifest.duplicate-key': ({ document, key }) => `${place(document)} 里“${key}”出现了两次，请只保留一个。`,
  'manifest.too-deep': ({ document, limit }) =>
    `${place(document)} 嵌套超过 ${limit} 层，不予读取。请减少层级。`,
  'manifest.too-many-aliases': ({ document, limit }) =>
    `${place(document)} 用了超过 ${limit} 个别名（*name），展开后可能大得无法收拾。kubectl 不会输出别名，请直接写出内容。`,
  'manifest.unknown-alias': ({ document, alias }) =>
    `${place(document)} 用了别名“${alias}”，但没有这个锚点。请补上锚点（&），或直接写出内容。`,
  'manifest.proto-key': ({ document, key }) => `${place(document)} 含有键“${key}”。它不会被读取，请删掉。`,
  'manifest.not-an-object': ({ document, found, command }) =>
    `${place(document)} 不是 Kubernetes 对象（这里是 ${found}）。请粘贴这条命令的输出：${command}`,
  'manifest.no-kind': ({ document }) => `${place(document)} 没有“kind”。请补上，例如“kind: Pod”。`,
  'manifest.duplicate-document': ({ document, line }) =>
    `${place(document)} 在第 ${line} 行已经有了。请改名或删掉其中一个。`,
  'manifest.unsupported-kind': ({ kind, count }) =>
    `${kind}（${count} 个）：文本会保留，但板上暂时不显示这种对象。`,
  'manifest.unsupported-policy': ({ kind, count }) =>
    `${kind}（${count} 个）：文本会保留，但不会执行。这里只认 networking.k8s.io/v1 的 NetworkPolicy。`,
  'manifest.api-refused': ({ document }) =>
    `${place(document)}：API server 会拒绝它，所以板上什么都不变。原话如下。`,
  'manifest.more': ({ count }) => `另有 ${count} 条类似问题没有列出。先改前面的，其余的随后会显示。`,
  'manifest.missing-field': ({ document, field }) => `${place(document)} 缺少 ${field}，请补上。`,
  'manifest.wrong-type': ({ document, field, expected, found }) =>
    `${place(document)}：${field} 的类型应为 ${expected}，这里却是 ${found}。`,
  'manifest.not-one-of': ({ document, field, value, allowed }) =>
    `${place(document)}：${field} 的值是“${value}”，只能是：${allowed}。`,
  'manifest.bad-name': ({ document, field, value }) =>
    `${place(document)}：${field} 的值是“${value}”。名称只能用小写字母、数字、“-”和“.”，并以字母或数字开头和结尾。`,
  'manifest.bad-ip': ({ document, field, value }) =>
    `${place(document)}：${field} 的值“${value}”不是 IPv4 地址。应写成 10.244.1.2 这样。`,
  'manifest.bad-cidr': ({ document, field, value }) =>
    `${place(document)}：${field} 的值“${value}”不是 IPv4 网段。应写成 10.244.1.0/24 这样。`,
  'manifest.bad-duration': ({ document, field, value }) =>
    `${place(document)}：${field} 的值“${value}”不是 100ms 到 10m 之间的时间。应写成 1s 这样。`,
  'manifest.bad-port-range': ({ document, field, value }) =>
    `${place(document)}：${field} 的值“${value}”不是端口范围。应写成 30000-32767 这样。`,
  'manifest.bad-mac': ({ document, field, value }) =>
    `${place(document)}：${field} 的值“${value}”不是 MAC 地址。应写成 0e:f1:a0:00:00:01 这样。`,
  'manifest.bad-number': ({ document, field, value, from, to }) =>
    `${place(document)}：${field} 的值是“${value}”，应为 ${from} 到 ${to} 之间的整数。`,
  'manifest.bad-json': ({ document, field }) =>
    `${place(document)}：${field} 里的 JSON 无法读取，请改正；后面是解析器的原话。`,
  'manifest.unknown-field': ({ document, field, known }) =>
    `${place(document)}：不认识 ${field}，已忽略。这里可用的有：${known}。`,
  'manifest.unknown-field.nearest': ({ document, field, nearest }) =>
    `${place(document)}：不认识 ${field}，已忽略。是不是想写 ${nearest}？`,
  'manifest.not-used-yet': ({ document, field }) => `${place(document)}：能读懂 ${field}，但暂时不起作用。`,
  'manifest.one-only': ({ document, kind, line }) =>
    `${place(document)}：${kind} 只读一个，以第 ${line} 行的为准。请删掉另一个。`,
};
