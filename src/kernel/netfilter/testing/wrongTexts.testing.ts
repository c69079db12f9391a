/** What iptables-restore 1.8.9 (nf_tables) on Linux 6.18 said of texts that are wrong, without its hint to --help; empty lines are left out. */

/** options, text, words */
export const WRONG_TEXTS: readonly (readonly [options: string, text: string, words: string])[] = [
  [
    '',
    '*filter\n:A - [0:0]\n-A A -j ACCEPT\nCOMMIT\n*nat\n-A NOPE -j ACCEPT\nCOMMIT\n',
    'iptables-restore: line 6 failed: No chain/target/match by that name.',
  ],
  [
    '',
    '*filter\n-A INPUT -j NOPE\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): Chain 'NOPE' does not exist\nError occurred at line: 3",
  ],
  [
    '',
    '*filter\n:A -\n:B -\n-A INPUT -j A\n-A A -j B\n-A B -j A\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): \nline 6: RULE_APPEND failed (Too many links): rule in chain B',
  ],
  [
    '',
    '*filter\n:A -\n-A INPUT -j A\n-X A\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): \nline 4: CHAIN_DEL failed (Device or resource busy): chain A',
  ],
  [
    '',
    '*filter\n:A -\n-A A -j ACCEPT\n-X A\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): \nline 4: CHAIN_DEL failed (Device or resource busy): chain A',
  ],
  [
    '',
    '*filter\n-A INPUT -m nosuch -j ACCEPT\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): Couldn't load match `nosuch':No such file or directory\nError occurred at line: 2",
  ],
  [
    '',
    '*filter\n-A INPUT -m tcp --foo -j ACCEPT\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): unknown option "--foo"\nError occurred at line: 2',
  ],
  ['', '*filter\n-A INPUT -j ACCEPT\n', 'iptables-restore: COMMIT expected at line 3'],
  ['', '*filter\n-A INPUT -j ACCEPT\n*nat\nCOMMIT\n', "Bad argument `*nat'\nError occurred at line: 3"],
  ['', '*filter\nfoo\nCOMMIT\n', "Bad argument `foo'\nError occurred at line: 2"],
  [
    '',
    '*foo\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): iptables-restore: line 1 table name 'foo' invalid\nError occurred at line: 1",
  ],
  ['', '*filter\n:INPUT FOO [0:0]\nCOMMIT\n', 'iptables-restore: line 2 failed: Bad policy name.'],
  [
    '-c',
    '*filter\n:INPUT DROP [x:2]\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): invalid policy counters for chain 'INPUT'\nError occurred at line: 2",
  ],
  [
    '',
    '*filter\n:\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): iptables-restore: line 2 chain name invalid\nError occurred at line: 2',
  ],
  [
    '',
    '*filter\n:INPUT\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): iptables-restore: line 2 policy invalid\nError occurred at line: 2',
  ],
  [
    '',
    '*filter\n-A INPUT -t nat -j ACCEPT\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): The -t option cannot be used in iptables-restore.\nError occurred at line: 2',
  ],
  [
    '',
    '*filter\n-A INPUT -p tcp --dport 99999 -j ACCEPT\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): invalid port/service `99999' specified\nError occurred at line: 2",
  ],
  [
    '',
    '*nat\n-A PREROUTING -j MASQUERADE\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): \nline 2: RULE_APPEND failed (Invalid argument): rule in chain PREROUTING',
  ],
  [
    '',
    '*nat\n:A -\n-A PREROUTING -j ACCEPT\n-A A -j MASQUERADE\n-A PREROUTING -j A\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): \nline 5: RULE_APPEND failed (Invalid argument): rule in chain PREROUTING',
  ],
  ['', '*filter\n-N A\n-N A\nCOMMIT\n', 'iptables-restore: line 3 failed: Chain already exists.'],
  [
    '',
    '*filter\n-D INPUT 3\nCOMMIT\n',
    'iptables-restore: line 2 failed: No chain/target/match by that name.',
  ],
  ['', '*filter\n-P INPUT FOO\nCOMMIT\n', 'iptables-restore: line 2 failed: Bad policy name.'],
  ['', '*filter\n-A INPUT foo\nCOMMIT\n', "Bad argument `foo'\nError occurred at line: 2"],
  [
    '',
    '*filter\n:-x - [0:0]\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): chain name not allowed to start with `-'\nError occurred at line: 2",
  ],
  [
    '',
    '*filter\n:averyveryverylongchainnamexxxxxxxxxx - [0:0]\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): chain name `averyveryverylongchainnamexxxxxxxxxx' too long (must be under 29 chars)\nError occurred at line: 2",
  ],
  [
    '',
    '*filter\n-A INPUT -m tcp --dport 80 -j ACCEPT\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): TCP match requires '-p tcp'\nError occurred at line: 2",
  ],
  [
    '',
    '*filter\n\n# c\n   \n-A INPUT -j ACCEPT\nCOMMIT\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): no command specified\nError occurred at line: 4',
  ],
  [
    '-c',
    '*filter\n[1:2] -A INPUT -j ACCEPT\n[3:4] -P FORWARD DROP\n-P OUTPUT DROP [7:8]\nCOMMIT\n',
    "Bad argument `[7:8]'\nError occurred at line: 4",
  ],
  ['', '-A INPUT -j ACCEPT\nCOMMIT\n', 'iptables-restore: line 1 failed'],
  ['', 'COMMIT\n', 'iptables-restore: line 1 failed'],
  ['', 'foo\n', 'iptables-restore: line 1 failed'],
  [
    '',
    '*filter\n-A INPUT -j B\n:B - [0:0]\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): Chain 'B' does not exist\nError occurred at line: 4",
  ],
  [
    '',
    '*filter\n-A INPUT -j ACCEPT\n-A INPUT -j B\n-A INPUT -j ACCEPT\nCOMMIT\n',
    "iptables-restore v1.8.9 (nf_tables): Chain 'B' does not exist\nError occurred at line: 5",
  ],
  [
    '',
    '*filter\n:A -\n-A INPUT -j A\n:INPUT ACCEPT\n-X A\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): \nline 5: CHAIN_DEL failed (Device or resource busy): chain A',
  ],
  [
    '',
    '*filter\n:A -\n-A A -j A\n-A INPUT -j A\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): \nline 4: RULE_APPEND failed (Too many links): rule in chain INPUT',
  ],
  [
    '-c',
    '*filter\n[x:2] -A INPUT -j ACCEPT\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): -c packet counter not numeric\nError occurred at line: 2',
  ],
  [
    '-c',
    '*filter\n[1:2 -A INPUT -j ACCEPT\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): Bad line 2: need ]\nError occurred at line: 2',
  ],
  [
    '',
    '*filter\n-A INPUT ! -s 1.1.1.1,2.2.2.2\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): ! not allowed with multiple source or destination IP addresses\nError occurred at line: 2',
  ],
  ['', '*filter\n-X NOPE\nCOMMIT\n', 'iptables-restore: line 2 failed: No chain/target/match by that name.'],
  ['', '*filter\n-F NOPE\nCOMMIT\n', 'iptables-restore: line 2 failed: No chain/target/match by that name.'],
  [
    '',
    '*filter\n-A NOPE -j ACCEPT\nCOMMIT\n',
    'iptables-restore: line 2 failed: No chain/target/match by that name.',
  ],
  [
    '',
    '*filter\n-I INPUT 3 -j ACCEPT\nCOMMIT\n',
    'iptables-restore: line 2 failed: Index of insertion too big.',
  ],
  [
    '',
    '*filter\n-R INPUT 3 -j ACCEPT\nCOMMIT\n',
    'iptables-restore: line 2 failed: No chain/target/match by that name.',
  ],
  [
    '',
    '*filter\n-D INPUT -j ACCEPT\nCOMMIT\n',
    'iptables-restore: line 2 failed: Bad rule (does a matching rule exist in that chain?).',
  ],
  [
    '',
    '*filter\n-E NOPE B\nCOMMIT\n',
    'iptables-restore: line 2 failed: No chain/target/match by that name.',
  ],
  ['', '*filter\n-N A\n-N B\n-E A B\nCOMMIT\n', 'iptables-restore: line 4 failed: File exists.'],
  ['', '*filter\n-P NOPE DROP\nCOMMIT\n', 'iptables-restore: line 2 failed: Bad built-in chain name.'],
  [
    '',
    '*filter\n-C INPUT -j DROP\nCOMMIT\n',
    'iptables-restore: line 2 failed: Bad rule (does a matching rule exist in that chain?).',
  ],
  ['', '*filter\n-N INPUT\nCOMMIT\n', 'iptables-restore: line 2 failed: Chain already exists.'],
  ['', '*filter\nCOMMIT\n-A INPUT -j DROP\n', 'iptables-restore: line 3 failed'],
  ['', '*filter\n*nat\nCOMMIT\n', "Bad argument `*nat'\nError occurred at line: 2"],
  ['', '*filter\n-A INPUT -j ACCEPT\nCOMMIT \n', "Bad argument `COMMIT'\nError occurred at line: 3"],
  [
    '',
    '*nat\n-A POSTROUTING -j MASQUERADE --random-fully --to-ports 5\nCOMMIT\n',
    'iptables-restore v1.8.9 (nf_tables): Need TCP, UDP, SCTP or DCCP with port specification\nError occurred at line: 2',
  ],
  [
    '',
    '*filter\n-A INPUT -m comment --comment "a"b\nCOMMIT\n',
    "Bad argument `b'\nError occurred at line: 2",
  ],
];
