/** What iptables 1.8.9 (nf_tables), ipset 7.17 and conntrack 1.4.7 printed of the same rules on Linux 6.18. */
import { describe, expect, it } from 'vitest';
import { lab, lines, refused, run } from './lab.testing.ts';

const RULES = [
  'tn1 iptables -A INPUT -i eth0 -p tcp -m tcp --dport 80 -m comment --comment "hi there" -j ACCEPT',
  'tn1 iptables -A INPUT -s 10.0.0.0/8 ! -d 192.168.0.11 -p udp -m udp --dport 53 --sport 1024:2000 -j DROP',
  'tn1 iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'tn1 iptables -A INPUT -m conntrack ! --ctstate NEW --ctorigdst 10.0.0.1 --ctproto tcp --ctdir ORIGINAL -j ACCEPT',
  'tn1 iptables -A INPUT -m state --state NEW -j ACCEPT',
  'tn1 iptables -A INPUT -m mark --mark 0x4000/0x4000 -j RETURN',
  'tn1 iptables -A INPUT -m mark ! --mark 0x1 -j RETURN',
  'tn1 iptables -A INPUT -m connmark --mark 0x1/0xff -j RETURN',
  'tn1 iptables -A INPUT -m statistic --mode random --probability 0.33333333349',
  'tn1 iptables -A INPUT -m statistic --mode nth --every 3 --packet 1',
  'tn1 iptables -A INPUT -m addrtype --dst-type LOCAL ! --src-type UNICAST,LOCAL --limit-iface-in -j ACCEPT',
  'tn1 iptables -A INPUT -p tcp --syn -j REJECT --reject-with tcp-reset',
  'tn1 iptables -A INPUT -p tcp --tcp-flags FIN,SYN SYN --tcp-option 3 -j REJECT',
  'tn1 iptables -A INPUT -p icmp -j REJECT --reject-with icmp-host-prohibited',
  'tn1 iptables -A INPUT -p sctp --dport 99 -j LOG --log-prefix "x y" --log-level debug --log-ip-options',
  'tn1 iptables -A INPUT -j NFLOG --nflog-prefix foo --nflog-group 3',
  'tn1 iptables -N C1',
  'tn1 iptables -A FORWARD -i cni+ ! -o eth0 -j C1',
  'tn1 iptables -A FORWARD -f -g C1',
  'tn1 iptables -P FORWARD DROP',
];

describe('iptables', () => {
  it('lists rules with names', () => {
    expect(run(lab(RULES), 'iptables -L')).toBe(
      lines(`
Chain INPUT (policy ACCEPT)
target     prot opt source               destination         
ACCEPT     tcp  --  anywhere             anywhere             tcp dpt:http /* hi there */
DROP       udp  --  10.0.0.0/8          !192.168.0.11         udp spts:1024:2000 dpt:domain
ACCEPT     all  --  anywhere             anywhere             ctstate RELATED,ESTABLISHED
ACCEPT     all  --  anywhere             anywhere             ! ctstate NEW ctproto 6 ctorigdst 10.0.0.1 ctdir ORIGINAL
ACCEPT     all  --  anywhere             anywhere             state NEW
RETURN     all  --  anywhere             anywhere             mark match 0x4000/0x4000
RETURN     all  --  anywhere             anywhere             mark match ! 0x1
RETURN     all  --  anywhere             anywhere             connmark match  0x1/0xff
           all  --  anywhere             anywhere             statistic mode random probability 0.33333333349
           all  --  anywhere             anywhere             statistic mode nth every 3 packet 1
ACCEPT     all  --  anywhere             anywhere             ADDRTYPE match src-type !UNICAST,LOCAL dst-type LOCAL limit-in
REJECT     tcp  --  anywhere             anywhere             tcp flags:FIN,SYN,RST,ACK/SYN reject-with tcp-reset
REJECT     tcp  --  anywhere             anywhere             tcp option=3 flags:FIN,SYN/SYN reject-with icmp-port-unreachable
REJECT     icmp --  anywhere             anywhere             reject-with icmp-host-prohibited
LOG        sctp --  anywhere             anywhere             sctp dpt:99 LOG level debug ip-options prefix "x y"
NFLOG      all  --  anywhere             anywhere             nflog-prefix foo nflog-group 3

Chain FORWARD (policy DROP)
target     prot opt source               destination         
C1         all  --  anywhere             anywhere            
C1         all  -f  anywhere             anywhere            [goto] 

Chain OUTPUT (policy ACCEPT)
target     prot opt source               destination         

Chain C1 (2 references)
target     prot opt source               destination         
`),
    );
  });

  it('lists rules with numbers and counters', () => {
    expect(run(lab(RULES), 'iptables -nvL FORWARD --line-numbers -x')).toBe(
      lines(`
Chain FORWARD (policy DROP 0 packets, 0 bytes)
num      pkts      bytes target     prot opt in     out     source               destination         
1           0        0 C1         0    --  cni+   !eth0   0.0.0.0/0            0.0.0.0/0           
2           0        0 C1         0    -f  *      *       0.0.0.0/0            0.0.0.0/0           [goto] 
`),
    );
    expect(run(lab(RULES), 'iptables -L INPUT -n -v').split('\n').slice(1, 4).join('\n')).toBe(
      lines(`
 pkts bytes target     prot opt in     out     source               destination         
    0     0 ACCEPT     6    --  eth0   *       0.0.0.0/0            0.0.0.0/0            tcp dpt:80 /* hi there */
    0     0 DROP       17   --  *      *       10.0.0.0/8          !192.168.0.11         udp spts:1024:2000 dpt:53
`),
    );
    expect(run(lab(RULES), 'iptables -n -L INPUT 12')).toBe(
      'REJECT     6    --  0.0.0.0/0            0.0.0.0/0            tcp flags:0x17/0x02 reject-with tcp-reset',
    );
  });

  it('prints rules as commands, with counters before the target', () => {
    expect(run(lab(RULES), 'iptables -S FORWARD -v')).toBe(
      lines(`
-P FORWARD DROP -c 0 0
-A FORWARD -i cni+ ! -o eth0 -c 0 0 -j C1
-A FORWARD -f -c 0 0 -g C1
`),
    );
    expect(run(lab(RULES), 'iptables -S INPUT 3')).toBe(
      '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    );
    expect(run(lab(RULES), 'iptables -S').split('\n').slice(0, 5)).toEqual([
      '-P INPUT ACCEPT',
      '-P FORWARD DROP',
      '-P OUTPUT ACCEPT',
      '-N C1',
      '-A INPUT -i eth0 -p tcp -m tcp --dport 80 -m comment --comment "hi there" -j ACCEPT',
    ]);
  });

  it.each([
    [
      'nat',
      'PREROUTING',
      '-p tcp --dport 8080 -j DNAT --to-destination 10.1.1.1:80',
      'DNAT       6    --  0.0.0.0/0            0.0.0.0/0            tcp dpt:8080 to:10.1.1.1:80',
    ],
    [
      'nat',
      'PREROUTING',
      '-p tcp --dport 8080 -j DNAT --to-destination 10.1.1.1-10.1.1.9:80-90 --random --persistent',
      'DNAT       6    --  0.0.0.0/0            0.0.0.0/0            tcp dpt:8080 to:10.1.1.1-10.1.1.9:80-90 random persistent',
    ],
    [
      'nat',
      'PREROUTING',
      '-p tcp --dport 8080 -j REDIRECT --to-ports 8081',
      'REDIRECT   6    --  0.0.0.0/0            0.0.0.0/0            tcp dpt:8080 redir ports 8081',
    ],
    [
      'nat',
      'POSTROUTING',
      '-s 10.244.0.0/16 ! -d 224.0.0.0/4 -j MASQUERADE --random-fully',
      'MASQUERADE  0    --  10.244.0.0/16       !224.0.0.0/4          random-fully',
    ],
    [
      'nat',
      'POSTROUTING',
      '-p tcp -j MASQUERADE --to-ports 1024-2000',
      'MASQUERADE  6    --  0.0.0.0/0            0.0.0.0/0            masq ports: 1024-2000',
    ],
    [
      'nat',
      'POSTROUTING',
      '-j SNAT --to-source 1.2.3.4 --random-fully',
      'SNAT       0    --  0.0.0.0/0            0.0.0.0/0            to:1.2.3.4 random-fully',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j MARK --or-mark 0x4000',
      'MARK       0    --  0.0.0.0/0            0.0.0.0/0            MARK or 0x4000',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j MARK --xor-mark 0x4000',
      'MARK       0    --  0.0.0.0/0            0.0.0.0/0            MARK xor 0x4000',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j MARK --and-mark 0xff',
      'MARK       0    --  0.0.0.0/0            0.0.0.0/0            MARK and 0xff',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j MARK --set-xmark 0x1/0x3',
      'MARK       0    --  0.0.0.0/0            0.0.0.0/0            MARK xset 0x1/0x3',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j MARK --set-mark 0x5',
      'MARK       0    --  0.0.0.0/0            0.0.0.0/0            MARK set 0x5',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j CONNMARK --set-mark 7',
      'CONNMARK   0    --  0.0.0.0/0            0.0.0.0/0            CONNMARK set 0x7',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j CONNMARK --save-mark',
      'CONNMARK   0    --  0.0.0.0/0            0.0.0.0/0            CONNMARK save',
    ],
    [
      'mangle',
      'PREROUTING',
      '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff',
      'CONNMARK   0    --  0.0.0.0/0            0.0.0.0/0            CONNMARK restore mask 0xff',
    ],
    [
      'raw',
      'PREROUTING',
      '-j NOTRACK',
      'CT         0    --  0.0.0.0/0            0.0.0.0/0            NOTRACK',
    ],
    [
      'raw',
      'PREROUTING',
      '-j CT --notrack',
      'CT         0    --  0.0.0.0/0            0.0.0.0/0            CT notrack',
    ],
    ['raw', 'OUTPUT', '-j TRACE', 'TRACE      0    --  0.0.0.0/0            0.0.0.0/0           '],
    [
      'filter',
      'INPUT',
      '-p tcp -m multiport --dports 80,90:99 -j ACCEPT',
      'ACCEPT     6    --  0.0.0.0/0            0.0.0.0/0            multiport dports 80,90:99',
    ],
    [
      'filter',
      'INPUT',
      '-p tcp -m multiport ! --sports 80,443',
      '           6    --  0.0.0.0/0            0.0.0.0/0            multiport sports  !80,443',
    ],
    [
      'filter',
      'INPUT',
      '-m limit --limit 5/minute --limit-burst 3',
      '           0    --  0.0.0.0/0            0.0.0.0/0            limit: avg 5/min burst 3',
    ],
    [
      'filter',
      'INPUT',
      '-m recent --rcheck --seconds 10 --reap --name X --rsource',
      '           0    --  0.0.0.0/0            0.0.0.0/0            recent: CHECK seconds: 10 reap name: X side: source mask: 255.255.255.255',
    ],
    [
      'filter',
      'INPUT',
      '-m recent --update --seconds 10 --hitcount 3 --rttl --name X --rdest',
      '           0    --  0.0.0.0/0            0.0.0.0/0            recent: UPDATE seconds: 10 hit_count: 3 TTL-Match name: X side: dest mask: 255.255.255.255',
    ],
    [
      'filter',
      'INPUT',
      '-m physdev --physdev-in veth1 --physdev-is-bridged',
      '           0    --  0.0.0.0/0            0.0.0.0/0            PHYSDEV match --physdev-in veth1 --physdev-is-bridged',
    ],
    [
      'filter',
      'INPUT',
      '-m pkttype ! --pkt-type broadcast',
      '           0    --  0.0.0.0/0            0.0.0.0/0            PKTTYPE != broadcast',
    ],
    [
      'filter',
      'INPUT',
      '-p icmp -m icmp --icmp-type echo-request',
      '           1    --  0.0.0.0/0            0.0.0.0/0            icmptype 8',
    ],
    [
      'filter',
      'INPUT',
      '-p icmp -m icmp ! --icmp-type 3/4',
      '           1    --  0.0.0.0/0            0.0.0.0/0            icmp !type 3 code 4',
    ],
    [
      'filter',
      'INPUT',
      '-m statistic --mode random ! --probability 0.5',
      '           0    --  0.0.0.0/0            0.0.0.0/0            statistic mode random ! probability 0.50000000000',
    ],
    [
      'filter',
      'INPUT',
      '-p tcp -m tcp ! --sport 80 ! --dport 1:2 ! --syn',
      '           6    --  0.0.0.0/0            0.0.0.0/0            tcp spt:!80 dpts:!1:2 flags:!0x17/0x02',
    ],
    [
      'filter',
      'INPUT',
      '-s 10.0.0.0/255.0.255.0 ! -i eth0 ! -p tcp -j NFLOG',
      'NFLOG     !6    --  10.0.0.0/255.0.255.0  0.0.0.0/0           ',
    ],
  ])('%s: -A %s %s', (table, chain, rule, said) => {
    const made = lab([`tn1 iptables -t ${table} -A ${chain} ${rule}`]);
    expect(run(made, `iptables -t ${table} -n -L ${chain} 1`)).toBe(said);
  });

  it.each([
    [
      'iptables -L NOSUCH',
      "iptables v1.8.9 (nf_tables): chain `NOSUCH' in table `filter' is incompatible, use 'nft' tool.",
    ],
    [
      'iptables -t nosuch -L',
      "iptables v1.8.9 (nf_tables): table 'nosuch' does not exist\nPerhaps iptables or your kernel needs to be upgraded.",
    ],
    [
      'iptables -L --nosuch',
      "iptables v1.8.9 (nf_tables): unknown option \"--nosuch\"\nTry `iptables -h' or 'iptables --help' for more information.",
    ],
    ['iptables-save -t nosuch', "Table `nosuch' does not exist"],
    [
      'iptables-save --frob',
      "iptables-save: unrecognized option '--frob'\nLook at manual page `iptables-save.8' for more information.",
    ],
    ['ipset list nosuch', 'ipset v7.17: The set with the given name does not exist'],
    [
      'ipset frob',
      "ipset v7.17: No command specified: unknown argument frob\nTry `ipset help' for more information.",
    ],
    ['ipset list s1 -zz', "ipset v7.17: Unknown argument -zz\nTry `ipset help' for more information."],
    [
      'conntrack -L --frob',
      "conntrack v1.4.7 (conntrack-tools): unknown option `--frob'\nTry `conntrack -h' or 'conntrack --help' for more information.",
    ],
    [
      'conntrack -L --dport 8080',
      "conntrack v1.4.7 (conntrack-tools): unknown option `--dport'\nTry `conntrack -h' or 'conntrack --help' for more information.",
    ],
    [
      'conntrack -L -p frob',
      "conntrack v1.4.7 (conntrack-tools): `frob' unsupported protocol\nTry `conntrack -h' or 'conntrack --help' for more information.",
    ],
    [
      'conntrack -L -s frob',
      "conntrack v1.4.7 (conntrack-tools): Invalid IP address `frob'\nTry `conntrack -h' or 'conntrack --help' for more information.",
    ],
  ])('%s is refused in the words of the tool', (line, said) => {
    expect(refused(line).text).toBe(said);
  });

  it('prints the text of iptables-save, with and without counters', () => {
    const made = lab(['tn1 iptables -t raw -A PREROUTING -j NOTRACK']);
    expect(run(made, 'iptables-save -t raw')).toBe(
      '*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -j NOTRACK\nCOMMIT',
    );
    expect(run(made, 'iptables-save -c -t raw')).toContain('[0:0] -A PREROUTING -j NOTRACK');
  });
});

describe('ipset', () => {
  const SETS = [
    'tn1 ipset create s1 hash:ip',
    'tn1 ipset create s2 hash:net comment',
    'tn1 ipset create s4 list:set',
    'tn1 ipset add s1 10.0.0.1',
    'tn1 ipset add s2 10.0.0.0/8 comment "a b"',
    'tn1 ipset add s4 s1',
    'tn1 iptables -A INPUT -m set --match-set s1 src -j DROP',
  ];

  it('lists sets; the size in memory is left out, initval is any number', () => {
    expect(run(lab(SETS), 'ipset list s1').replace(/0x[0-9a-f]{8}/, '0xf9968467')).toBe(
      lines(`
Name: s1
Type: hash:ip
Revision: 6
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0xf9968467
References: 2
Number of entries: 1
Members:
10.0.0.1
`),
    );
    expect(run(lab(SETS), 'ipset list -n')).toBe('s1\ns2\ns4');
  });

  it('prints sets as commands', () => {
    expect(run(lab(SETS), 'ipset save s2').replace(/0x[0-9a-f]{8}/, '0xe451060b')).toBe(
      lines(`
create s2 hash:net family inet hashsize 1024 maxelem 65536 comment bucketsize 12 initval 0xe451060b
add s2 10.0.0.0/8 comment "a b"
`),
    );
  });
});

describe('conntrack', () => {
  it('counts what it shows', () => {
    expect(run(lab(), 'conntrack -L')).toBe(
      'conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.',
    );
    expect(run(lab(), 'conntrack -C')).toBe('0');
  });
});
