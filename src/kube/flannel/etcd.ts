/**
 * etcd, as far as flannel sees it: the key of a lease that nobody has renewed for a day goes, and everybody who watches hears of
 * it. @see flannel pkg/subnet/etcd/local_manager.go subnetTTL
 */
import type { Behaviour, Process, Sys } from '../../sim/process.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import type { Cluster } from '../cluster.ts';
import { etcdKey, isEtcd, LEASE_TTL, leasesOf, withLease, withoutLease } from './lease.ts';

export const START_ETCD: Process = { pid: 'etcd', behaviour: 'etcd', ns: '' as NetNsId, state: undefined };

/** When it wakes next to take a lease away. */
type EtcdState = number | undefined;

export const etcd: Behaviour<EtcdState, Cluster> = {
  name: 'etcd',
  watches: true,
  wake(sys, due, why) {
    if (!isEtcd(sys.cluster)) return due;
    if (why.why === 'timer') expire(sys);
    orphan(sys);
    const next = Math.min(...leasesOf(sys.cluster).map(({ expires = Infinity }) => expires));
    if (next === Infinity) return undefined;
    const isArmed = due === next && why.why !== 'timer';
    if (!isArmed) sys.timer(Math.max(0, next - sys.now), 'expire');
    return next;
  },
};

/** The lease of a machine that is gone is renewed by nobody any more; a reservation needs nobody. */
function orphan(sys: Sys<Cluster>): void {
  const there = new Set(sys.cluster.nodes.map(({ name }) => name));
  for (const lease of leasesOf(sys.cluster))
    if (lease.node !== '' && lease.expires === undefined && !there.has(lease.node))
      sys.setCluster(withLease(sys.cluster, { ...lease, expires: sys.now + LEASE_TTL }));
}

function expire(sys: Sys<Cluster>): void {
  const isOver = ({ expires = Infinity }: { readonly expires?: number }): boolean => expires <= sys.now;
  const gone = leasesOf(sys.cluster).filter(isOver);
  if (gone.length === 0) return;
  for (const { subnet } of gone)
    sys.log(`lease expired: delete ${etcdKey(subnet)}`, { by: 'machine' }, { kind: 'object' });
  sys.setCluster(withoutLease(sys.cluster, isOver));
}
