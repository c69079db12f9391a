/** Services on the page: the one that is looked at, which endpoint is picked, and the switch of externalTrafficPolicy. */
import type { ServiceDetail } from '../../engine/protocol.ts';
import type { Deps, Slice } from '../state.ts';

export type TrafficPolicy = 'Cluster' | 'Local';

/** A Service (`NAMESPACE/NAME`) with what stands behind it on a node; `detail` is undefined while it is asked for. */
export interface LookedAtService {
  readonly service: string;
  readonly node: string;
  readonly detail: ServiceDetail | undefined;
}

export interface ServicesSlice {
  readonly lookedAt: LookedAtService | undefined;
  /** `SERVICE=ENDPOINT`, chosen by hand for what is sent next; undefined: by lot */
  readonly picked: string | undefined;
  /** the last switch of a policy, until the text is edited otherwise */
  readonly switched:
    | {
        readonly service: string;
        readonly was: TrafficPolicy;
        readonly before: string;
        readonly after: string;
      }
    | undefined;
  readonly lookAtService: (service: string | undefined, node?: string) => void;
  readonly pickEndpoint: (picked: string | undefined) => void;
  /** 'unreadable': the Service's document cannot be written into */
  readonly switchPolicy: (service: string, policy: TrafficPolicy) => Promise<'done' | 'unreadable'>;
  readonly undoSwitch: () => Promise<void>;
}

export function createServicesSlice(deps: Deps): Slice<ServicesSlice> {
  return (set, get) => {
    const load = async () =>
      (await import('../serviceActions.ts')).createServiceActions({ set, get, ...deps });
    return {
      lookedAt: undefined,
      picked: undefined,
      switched: undefined,
      lookAtService: (service, node) => {
        void load().then((actions) => actions.lookAtService(service, node));
      },
      pickEndpoint: (picked) => {
        set({ picked });
      },
      switchPolicy: async (service, policy) => (await load()).switchPolicy(service, policy),
      undoSwitch: async () => (await load()).undoSwitch(),
    };
  };
}
